-- What was read: documents, pages, repairs, runs.

CREATE OR REPLACE VIEW documents AS
SELECT document_id, source, media_type, bytes, pages, method, health, status, error, ingested_at, sources, reader,
    grammar
FROM t_document;
COMMENT ON VIEW documents IS 'One row per source file';
COMMENT ON COLUMN documents.document_id IS 'sha256 of the bytes in hex; of the name where there were no bytes to read';
COMMENT ON COLUMN documents.source IS 'Path or address under which the file was first met';
COMMENT ON COLUMN documents.media_type IS 'IANA media type, found from the content';
COMMENT ON COLUMN documents.bytes IS 'Size of the file';
COMMENT ON COLUMN documents.pages IS 'Number of pages';
COMMENT ON COLUMN documents.method IS 'How most pages were read: text, pdf-text, ocr, html, docx';
COMMENT ON COLUMN documents.health IS 'Share of words (0..1) that read as words of the language before repair';
COMMENT ON COLUMN documents.status IS 'ok or quarantined';
COMMENT ON COLUMN documents.error IS 'Why it is quarantined and what to do about it; NULL where status is ok';
COMMENT ON COLUMN documents.ingested_at IS 'When this reading was stored (UTC)';
COMMENT ON COLUMN documents.sources IS 'Every path or address under which these bytes were met';
COMMENT ON COLUMN documents.reader IS 'Fingerprint of the program and grammars that made the reading';
COMMENT ON COLUMN documents.grammar IS 'Grammar that fits the text: kk, ru, uz-Cyrl, uz-Latn';

CREATE OR REPLACE VIEW pages AS
SELECT document_id, page, method, language, health, confidence, text, start_char, end_char, dpi, skew, seconds
FROM t_page;
COMMENT ON VIEW pages IS 'One row per page of a document';
COMMENT ON COLUMN pages.document_id IS 'The document';
COMMENT ON COLUMN pages.page IS 'Page number from 1';
COMMENT ON COLUMN pages.method IS 'How the page was read: text, pdf-text, ocr, html, docx';
COMMENT ON COLUMN pages.language IS 'Language that a scanned page was read in: kk, ru, uz; NULL where it is no scan';
COMMENT ON COLUMN pages.health IS 'Share of words (0..1) that read as words of the language before repair';
COMMENT ON COLUMN pages.confidence IS 'How sure the reading of the page is (0..1)';
COMMENT ON COLUMN pages.text IS 'Repaired text of the page, line breaks kept';
COMMENT ON COLUMN pages.start_char IS 'Where the page begins in the repaired text of the document';
COMMENT ON COLUMN pages.end_char IS 'Where the page ends in the repaired text of the document';
COMMENT ON COLUMN pages.dpi IS 'Resolution of the scan; NULL where it is none';
COMMENT ON COLUMN pages.skew IS 'Skew of the scan in degrees, above 0 where lines fall to the right; NULL where it is none';
COMMENT ON COLUMN pages.seconds IS 'Time that optical recognition took; NULL where there was none';

CREATE OR REPLACE VIEW texts AS
SELECT document_id, string_agg(text || after, '' ORDER BY page) AS text FROM t_page GROUP BY document_id;
COMMENT ON VIEW texts IS 'One row per read document: the whole text that every start_char and end_char counts in';
COMMENT ON COLUMN texts.document_id IS 'The document';
COMMENT ON COLUMN texts.text IS 'Repaired text, line breaks kept';

CREATE OR REPLACE VIEW repairs AS
SELECT document_id, start_char, end_char, before, after, method, confidence, page, raw_start, raw_end FROM t_repair;
COMMENT ON VIEW repairs IS 'One row per change that the repair made';
COMMENT ON COLUMN repairs.document_id IS 'The document';
COMMENT ON COLUMN repairs.start_char IS 'Where the changed text begins in the repaired text';
COMMENT ON COLUMN repairs.end_char IS 'Where the changed text ends in the repaired text';
COMMENT ON COLUMN repairs.before IS 'Characters as read';
COMMENT ON COLUMN repairs.after IS 'Characters as repaired';
COMMENT ON COLUMN repairs.method IS 'Name of the fix';
COMMENT ON COLUMN repairs.confidence IS 'How sure the change is (0..1)';
COMMENT ON COLUMN repairs.page IS 'Page number from 1';
COMMENT ON COLUMN repairs.raw_start IS 'Where the changed text begins in the raw text';
COMMENT ON COLUMN repairs.raw_end IS 'Where the changed text ends in the raw text';

CREATE OR REPLACE VIEW doubts AS SELECT document_id, page, start_char, end_char, confidence FROM t_doubt;
COMMENT ON VIEW doubts IS 'Stretches of repaired text whose reading is not certain';
COMMENT ON COLUMN doubts.document_id IS 'The document';
COMMENT ON COLUMN doubts.page IS 'Page number from 1';
COMMENT ON COLUMN doubts.start_char IS 'Where the stretch begins in the repaired text';
COMMENT ON COLUMN doubts.end_char IS 'Where the stretch ends in the repaired text';
COMMENT ON COLUMN doubts.confidence IS 'How sure the reading is (0..1)';

CREATE OR REPLACE VIEW verdicts AS
SELECT document_id, page, kind, language, channel, health, raw_start, raw_end FROM t_verdict;
COMMENT ON VIEW verdicts IS 'What each stretch of the raw text was found to be before repair';
COMMENT ON COLUMN verdicts.document_id IS 'The document';
COMMENT ON COLUMN verdicts.page IS 'Page number from 1';
COMMENT ON COLUMN verdicts.kind IS 'healthy, mixed-script, soup, encoding, layout or empty';
COMMENT ON COLUMN verdicts.language IS 'Language that the stretch really is in';
COMMENT ON COLUMN verdicts.channel IS 'OCR model or code page that damaged it';
COMMENT ON COLUMN verdicts.health IS 'Share of words (0..1) that read as words of the language';
COMMENT ON COLUMN verdicts.raw_start IS 'Where the stretch begins in the raw text';
COMMENT ON COLUMN verdicts.raw_end IS 'Where the stretch ends in the raw text';

CREATE OR REPLACE VIEW readings AS
SELECT document_id, page, line, method, text, health, chosen FROM t_reading;
COMMENT ON VIEW readings IS 'Both readings of each line of a page that has a damaged text layer and was also read by OCR';
COMMENT ON COLUMN readings.document_id IS 'The document';
COMMENT ON COLUMN readings.page IS 'Page number from 1';
COMMENT ON COLUMN readings.line IS 'Line of the page as read, from 1; NULL where only the reading not chosen has it';
COMMENT ON COLUMN readings.method IS 'How it was read: pdf-text or ocr';
COMMENT ON COLUMN readings.text IS 'The line as read, before repair';
COMMENT ON COLUMN readings.health IS 'Share of its words (0..1) that read as words of the language';
COMMENT ON COLUMN readings.chosen IS 'Whether the text of the page was made from this reading';

CREATE OR REPLACE VIEW runs AS
SELECT run_id, started_at, finished_at, seen, added, changed, unchanged, quarantined FROM t_run;
COMMENT ON VIEW runs IS 'One row per run of ingest';
COMMENT ON COLUMN runs.run_id IS 'Identifier of the run';
COMMENT ON COLUMN runs.started_at IS 'Beginning (UTC)';
COMMENT ON COLUMN runs.finished_at IS 'End (UTC)';
COMMENT ON COLUMN runs.seen IS 'Files that the run looked at';
COMMENT ON COLUMN runs.added IS 'Documents stored for the first time';
COMMENT ON COLUMN runs.changed IS 'Documents read again because the program changed';
COMMENT ON COLUMN runs.unchanged IS 'Documents that were there already';
COMMENT ON COLUMN runs.quarantined IS 'Documents that could not be read';
