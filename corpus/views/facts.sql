-- The facts of the current texts; the span of a row is that of the words that print it.

CREATE OR REPLACE VIEW positions AS
SELECT position_id, act_id, eid, row_num, title, organisations, category_code, category_inferred, block,
    education, specialities, experience, experience_ref, page, start_char, end_char, confidence, rule,
    document_id
FROM t_position WHERE document_id IN (SELECT document_id FROM t_version WHERE current);
COMMENT ON VIEW positions IS 'One row per title in a category';
COMMENT ON COLUMN positions.position_id IS 'Key derived from the content';
COMMENT ON COLUMN positions.act_id IS 'The act';
COMMENT ON COLUMN positions.eid IS 'The provision that prints it';
COMMENT ON COLUMN positions.row_num IS 'Row number as printed, without the final dot';
COMMENT ON COLUMN positions.title IS 'Title of the post';
COMMENT ON COLUMN positions.organisations IS 'Organisations in which the post exists';
COMMENT ON COLUMN positions.category_code IS 'Category in Latin letters without spaces, such as C-SV-2';
COMMENT ON COLUMN positions.category_inferred IS 'True where the label was not printed beside the row';
COMMENT ON COLUMN positions.block IS 'Functional block of the category';
COMMENT ON COLUMN positions.education IS 'Requirement on education as printed';
COMMENT ON COLUMN positions.specialities IS 'Specialities, one item each';
COMMENT ON COLUMN positions.experience IS 'Requirement on experience as printed';
COMMENT ON COLUMN positions.experience_ref IS 'Act and paragraph that set the experience, such as 67:12';
COMMENT ON COLUMN positions.page IS 'Page number from 1';
COMMENT ON COLUMN positions.start_char IS 'Where the words begin in the repaired text';
COMMENT ON COLUMN positions.end_char IS 'Where the words end in the repaired text';
COMMENT ON COLUMN positions.confidence IS 'How sure reading and rule are (0..1)';
COMMENT ON COLUMN positions.rule IS 'Name of the rule that made the row';
COMMENT ON COLUMN positions.document_id IS 'The document that the act was read from';

CREATE OR REPLACE VIEW categories AS
SELECT category_code, series, rank, block, act_id, eid, printed, page, start_char, end_char, confidence, rule,
    document_id
FROM t_category WHERE document_id IN (SELECT document_id FROM t_version WHERE current);
COMMENT ON VIEW categories IS 'One row per category of posts that an act names';
COMMENT ON COLUMN categories.category_code IS 'Category in Latin letters without spaces, such as C-SV-2';
COMMENT ON COLUMN categories.series IS 'Series of the code, such as C-SV';
COMMENT ON COLUMN categories.rank IS 'Rank in the series';
COMMENT ON COLUMN categories.block IS 'Functional block';
COMMENT ON COLUMN categories.act_id IS 'The act';
COMMENT ON COLUMN categories.eid IS 'The provision that prints it';
COMMENT ON COLUMN categories.printed IS 'Spellings met';
COMMENT ON COLUMN categories.page IS 'Page number from 1';
COMMENT ON COLUMN categories.start_char IS 'Where the words begin in the repaired text';
COMMENT ON COLUMN categories.end_char IS 'Where the words end in the repaired text';
COMMENT ON COLUMN categories.confidence IS 'How sure reading and rule are (0..1)';
COMMENT ON COLUMN categories.rule IS 'Name of the rule that made the row';
COMMENT ON COLUMN categories.document_id IS 'The document that the act was read from';

CREATE OR REPLACE VIEW deadlines AS
SELECT deadline_id, act_id, eid, kind, quantity, unit, relation, recurrence, time_from, time_to, trigger,
    actor, action, text, page, start_char, end_char, confidence, rule, document_id
FROM t_deadline WHERE document_id IN (SELECT document_id FROM t_version WHERE current);
COMMENT ON VIEW deadlines IS 'One row per term';
COMMENT ON COLUMN deadlines.deadline_id IS 'Key derived from the content';
COMMENT ON COLUMN deadlines.act_id IS 'The act';
COMMENT ON COLUMN deadlines.eid IS 'The provision that prints it';
COMMENT ON COLUMN deadlines.kind IS 'period, recurring, duration, commencement or time_of_day';
COMMENT ON COLUMN deadlines.quantity IS 'Count of units; NULL where a date or day of the month is printed instead';
COMMENT ON COLUMN deadlines.unit IS 'working_day, calendar_day, day (kind not printed), month, year, hour or minute';
COMMENT ON COLUMN deadlines.relation IS 'within, no_later_than, before, after, at_least, at_most or every';
COMMENT ON COLUMN deadlines.recurrence IS 'daily, weekly, monthly, quarterly, yearly or NULL';
COMMENT ON COLUMN deadlines.time_from IS 'Hour of the day from which, as 08:00';
COMMENT ON COLUMN deadlines.time_to IS 'Hour of the day until which, as 18:00';
COMMENT ON COLUMN deadlines.trigger IS 'What the term is counted from, as printed';
COMMENT ON COLUMN deadlines.actor IS 'Who has to act, as printed';
COMMENT ON COLUMN deadlines.action IS 'What has to be done, as printed';
COMMENT ON COLUMN deadlines.text IS 'The sentence';
COMMENT ON COLUMN deadlines.page IS 'Page number from 1';
COMMENT ON COLUMN deadlines.start_char IS 'Where the words begin in the repaired text';
COMMENT ON COLUMN deadlines.end_char IS 'Where the words end in the repaired text';
COMMENT ON COLUMN deadlines.confidence IS 'How sure reading and rule are (0..1)';
COMMENT ON COLUMN deadlines.rule IS 'Name of the rule that made the row';
COMMENT ON COLUMN deadlines.document_id IS 'The document that the act was read from';

CREATE OR REPLACE VIEW amendments AS
SELECT amendment_id, act_id, eid, source, operation, target_number, target_date, target_eid, target_part,
    amending_issuer, amending_number, amending_date, effective_rule, new_text, page, start_char, end_char,
    confidence, rule, document_id
FROM t_amendment WHERE document_id IN (SELECT document_id FROM t_version WHERE current);
COMMENT ON VIEW amendments IS 'One row per amended provision';
COMMENT ON COLUMN amendments.amendment_id IS 'Key derived from the content';
COMMENT ON COLUMN amendments.act_id IS 'The act that prints it';
COMMENT ON COLUMN amendments.eid IS 'The provision that prints it';
COMMENT ON COLUMN amendments.source IS 'note: an editorial note; command: a command of an amending act';
COMMENT ON COLUMN amendments.operation IS 'new_redaction, amend, insert or repeal';
COMMENT ON COLUMN amendments.target_number IS 'Number of the amended act';
COMMENT ON COLUMN amendments.target_date IS 'Date of the amended act';
COMMENT ON COLUMN amendments.target_eid IS 'Amended provision in the amended act';
COMMENT ON COLUMN amendments.target_part IS 'Approved document that the command names, as printed';
COMMENT ON COLUMN amendments.amending_issuer IS 'Issuer of the amending act';
COMMENT ON COLUMN amendments.amending_number IS 'Number of the amending act';
COMMENT ON COLUMN amendments.amending_date IS 'Date of the amending act';
COMMENT ON COLUMN amendments.effective_rule IS 'Rule on the entry into force of the amendment, as printed';
COMMENT ON COLUMN amendments.new_text IS 'New text';
COMMENT ON COLUMN amendments.page IS 'Page number from 1';
COMMENT ON COLUMN amendments.start_char IS 'Where the words begin in the repaired text';
COMMENT ON COLUMN amendments.end_char IS 'Where the words end in the repaired text';
COMMENT ON COLUMN amendments.confidence IS 'How sure reading and rule are (0..1)';
COMMENT ON COLUMN amendments.rule IS 'Name of the rule that made the row';
COMMENT ON COLUMN amendments.document_id IS 'The document that the act was read from';

CREATE OR REPLACE VIEW definitions AS
SELECT act_id, eid, term, meaning, page, start_char, end_char, confidence, rule, document_id
FROM t_definition WHERE document_id IN (SELECT document_id FROM t_version WHERE current);
COMMENT ON VIEW definitions IS 'One row per defined term';
COMMENT ON COLUMN definitions.act_id IS 'The act';
COMMENT ON COLUMN definitions.eid IS 'The provision that prints it';
COMMENT ON COLUMN definitions.term IS 'The term';
COMMENT ON COLUMN definitions.meaning IS 'The phrase that it stands for, as printed';
COMMENT ON COLUMN definitions.page IS 'Page number from 1';
COMMENT ON COLUMN definitions.start_char IS 'Where the words begin in the repaired text';
COMMENT ON COLUMN definitions.end_char IS 'Where the words end in the repaired text';
COMMENT ON COLUMN definitions.confidence IS 'How sure reading and rule are (0..1)';
COMMENT ON COLUMN definitions.rule IS 'Name of the rule that made the row';
COMMENT ON COLUMN definitions.document_id IS 'The document that the act was read from';

CREATE OR REPLACE VIEW citations AS
SELECT c.citation_id, c.act_id, c.eid, c.scope, c.target_type, c.target_number, c.target_date, c.target_title,
    c.target_provision, c.text, CASE c.scope WHEN 'internal' THEN c.act_id ELSE r.act_id END AS
    resolved_act_id, c.page, c.start_char, c.end_char, c.confidence, c.rule, c.document_id
FROM t_citation c LEFT JOIN t_resolution r USING (citation_id)
WHERE c.document_id IN (SELECT document_id FROM t_version WHERE current);
COMMENT ON VIEW citations IS 'One row per cited provision or act';
COMMENT ON COLUMN citations.citation_id IS 'Key derived from the content';
COMMENT ON COLUMN citations.act_id IS 'The act';
COMMENT ON COLUMN citations.eid IS 'The provision that prints it';
COMMENT ON COLUMN citations.scope IS 'internal or external';
COMMENT ON COLUMN citations.target_type IS 'Type of the cited act, as in acts.act_type';
COMMENT ON COLUMN citations.target_number IS 'Number of the cited act';
COMMENT ON COLUMN citations.target_date IS 'Date of the cited act';
COMMENT ON COLUMN citations.target_title IS 'Title of the cited act as printed';
COMMENT ON COLUMN citations.target_provision IS 'Cited provision as an eid';
COMMENT ON COLUMN citations.text IS 'The words that cite';
COMMENT ON COLUMN citations.resolved_act_id IS 'The cited act in this knowledge base; NULL where it is not here or not certain';
COMMENT ON COLUMN citations.page IS 'Page number from 1';
COMMENT ON COLUMN citations.start_char IS 'Where the words begin in the repaired text';
COMMENT ON COLUMN citations.end_char IS 'Where the words end in the repaired text';
COMMENT ON COLUMN citations.confidence IS 'How sure reading and rule are (0..1)';
COMMENT ON COLUMN citations.rule IS 'Name of the rule that made the row';
COMMENT ON COLUMN citations.document_id IS 'The document that the act was read from';
