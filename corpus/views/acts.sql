-- The acts and their provisions, as the newest whole text of each prints them.

CREATE OR REPLACE VIEW versions AS
SELECT act_id, version, valid_from, seen_on, document_id, source, current FROM t_version WHERE chosen;
COMMENT ON VIEW versions IS 'One row per version (redaction) of an act; the other views show the current one';
COMMENT ON COLUMN versions.act_id IS 'The act';
COMMENT ON COLUMN versions.version IS 'Number of the version from 1, oldest first';
COMMENT ON COLUMN versions.valid_from IS 'Date of the redaction: told beside the file, or the latest amending act in its notes, or the adoption';
COMMENT ON COLUMN versions.seen_on IS 'When the text was first met, or came back in place of another (UTC)';
COMMENT ON COLUMN versions.document_id IS 'The document with the text';
COMMENT ON COLUMN versions.source IS 'Path or address of the document';
COMMENT ON COLUMN versions.current IS 'True for the version that the other views show';

CREATE OR REPLACE VIEW acts AS
SELECT act_id, work_id, document_id, jurisdiction, language, script, act_type, issuer, number, adopted_on, title,
    registered_number, registered_on, signatory, signatory_post, commencement, valid_from
FROM t_act WHERE document_id IN (SELECT document_id FROM t_version WHERE current);
COMMENT ON VIEW acts IS 'One row per act and language';
COMMENT ON COLUMN acts.act_id IS 'Akoma Ntoso FRBR expression, such as /akn/kz/act/order/<issuer>/2021-07-30/367/kaz';
COMMENT ON COLUMN acts.work_id IS 'act_id without the language: shared by the language versions of one act';
COMMENT ON COLUMN acts.document_id IS 'The document that the act was read from';
COMMENT ON COLUMN acts.jurisdiction IS 'KZ or UZ';
COMMENT ON COLUMN acts.language IS 'kk, ru or uz';
COMMENT ON COLUMN acts.script IS 'Cyrl or Latn';
COMMENT ON COLUMN acts.act_type IS 'code, law, decree, resolution, order, decision or other';
COMMENT ON COLUMN acts.issuer IS 'Issuing body as printed, in the nominative';
COMMENT ON COLUMN acts.number IS 'Number of the act as printed';
COMMENT ON COLUMN acts.adopted_on IS 'Date of adoption';
COMMENT ON COLUMN acts.title IS 'Title as printed';
COMMENT ON COLUMN acts.registered_number IS 'Number of the state registration';
COMMENT ON COLUMN acts.registered_on IS 'Date of the state registration';
COMMENT ON COLUMN acts.signatory IS 'Who signed';
COMMENT ON COLUMN acts.signatory_post IS 'Post of who signed';
COMMENT ON COLUMN acts.commencement IS 'Printed rule on the entry into force';
COMMENT ON COLUMN acts.valid_from IS 'Date of the redaction shown (see versions)';

CREATE OR REPLACE VIEW clauses AS
SELECT clause_id, act_id, eid, parent_eid, kind, num, heading, text, status, language, ord, page, start_char,
    end_char, confidence, document_id
FROM t_clause WHERE document_id IN (SELECT document_id FROM t_version WHERE current);
COMMENT ON VIEW clauses IS 'One row per provision of an act';
COMMENT ON COLUMN clauses.clause_id IS 'act_id#eid';
COMMENT ON COLUMN clauses.act_id IS 'The act';
COMMENT ON COLUMN clauses.eid IS 'Akoma Ntoso identifier of the provision, such as att_1__para_12__subpara_1';
COMMENT ON COLUMN clauses.parent_eid IS 'eid of the provision that holds it; NULL at the top';
COMMENT ON COLUMN clauses.kind IS 'preamble, section, chapter, subchapter, article, paragraph, subparagraph, alinea, attachment, table, note, mod or quoted';
COMMENT ON COLUMN clauses.num IS 'Number as printed, closing mark included';
COMMENT ON COLUMN clauses.heading IS 'Heading as printed';
COMMENT ON COLUMN clauses.text IS 'Own text without that of the children, repaired, one line';
COMMENT ON COLUMN clauses.status IS 'in_force or repealed';
COMMENT ON COLUMN clauses.language IS 'kk, ru or uz';
COMMENT ON COLUMN clauses.ord IS 'Place in document order';
COMMENT ON COLUMN clauses.page IS 'Page number from 1';
COMMENT ON COLUMN clauses.start_char IS 'Where the provision begins in the repaired text';
COMMENT ON COLUMN clauses.end_char IS 'Where the provision ends in the repaired text';
COMMENT ON COLUMN clauses.confidence IS 'How sure reading and rule are (0..1)';
COMMENT ON COLUMN clauses.document_id IS 'The document that the act was read from';

CREATE OR REPLACE VIEW issues AS
SELECT act_id, eid, code, note, page, start_char, end_char, document_id
FROM t_issue WHERE document_id IN (SELECT document_id FROM t_version WHERE current);
COMMENT ON VIEW issues IS 'One row per oddity of an act: a gap in the numbering, pages out of order, a command that no formula fits';
COMMENT ON COLUMN issues.act_id IS 'The act';
COMMENT ON COLUMN issues.eid IS 'The provision; NULL where it is none in particular';
COMMENT ON COLUMN issues.code IS 'Short name of the kind of oddity';
COMMENT ON COLUMN issues.note IS 'What is odd, in words';
COMMENT ON COLUMN issues.page IS 'Page number from 1';
COMMENT ON COLUMN issues.start_char IS 'Where it begins in the repaired text';
COMMENT ON COLUMN issues.end_char IS 'Where it ends in the repaired text';
COMMENT ON COLUMN issues.document_id IS 'The document';

CREATE OR REPLACE VIEW changes AS
SELECT c.act_id, c.eid, c.kind, c.before, c.after, c.amended_by, b.version AS from_version, n.version AS to_version,
    c.old_eid, c.amending_act_id, c.evidence, c.ord
FROM t_change c JOIN t_version b ON b.document_id = c.before_id AND b.act_id = c.act_id
JOIN t_version n ON n.document_id = c.after_id AND n.act_id = c.act_id;
COMMENT ON VIEW changes IS 'What changed from one version of an act to the next, provision by provision';
COMMENT ON COLUMN changes.act_id IS 'The act';
COMMENT ON COLUMN changes.eid IS 'The provision in the newer version; in the older one where it is gone; title';
COMMENT ON COLUMN changes.kind IS 'inserted, changed, repealed, removed (gone without a trace) or renumbered';
COMMENT ON COLUMN changes.before IS 'Number, heading and own text in the older version; NULL where it was not there';
COMMENT ON COLUMN changes.after IS 'Number, heading and own text in the newer version; NULL where it is gone';
COMMENT ON COLUMN changes.amended_by IS 'Amending act: number and date, or what the source says of it; NULL where nothing names it';
COMMENT ON COLUMN changes.from_version IS 'Number of the older version';
COMMENT ON COLUMN changes.to_version IS 'Number of the newer version';
COMMENT ON COLUMN changes.old_eid IS 'eid in the older version where it is another';
COMMENT ON COLUMN changes.amending_act_id IS 'The amending act where this knowledge base holds it';
COMMENT ON COLUMN changes.evidence IS 'What names the amending act: note, command, the only amending act that new notes name, beside the file';
COMMENT ON COLUMN changes.ord IS 'Order of the changes from one version to the next';
