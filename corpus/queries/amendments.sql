-- What was amended in an act (of), and what does an act amend (by)? From notes and from commands alike. Which rows those
-- are is found on the narrow columns first: the texts of the others are never read.
CREATE OR REPLACE MACRO amendments("of" := NULL, "by" := NULL, provision := NULL) AS TABLE
WITH old AS MATERIALIZED (FROM wanted_documents(coalesce("of", ''))),
new AS MATERIALIZED (FROM wanted_documents(coalesce("by", ''))),
old_name AS MATERIALIZED (FROM asked_numbers("of")),
new_name AS MATERIALIZED (FROM asked_numbers("by")),
chosen AS MATERIALIZED (
    SELECT m.rowid AS place FROM t_amendment m SEMI JOIN t_version v ON v.document_id = m.document_id AND v.current
    WHERE ("of" IS NULL OR m.target_number IN (SELECT o.number FROM old_name o)
            OR (m.source = 'note' AND m.document_id IN (SELECT old.document_id FROM old)))
        AND ("by" IS NULL OR m.amending_number IN (SELECT n.number FROM new_name n)
            OR (m.source = 'command' AND m.document_id IN (SELECT new.document_id FROM new)))
)
SELECT c.target_number AS amended_number, c.target_date AS amended_on, c.target_eid AS provision, c.operation,
    CASE c.source WHEN 'command' THEN coalesce(c.amending_number, a.number) ELSE c.amending_number END AS amending_number,
    CASE c.source WHEN 'command' THEN coalesce(c.amending_date, a.adopted_on) ELSE c.amending_date END AS amending_date,
    c.amending_issuer, c.effective_rule, c.target_part, c.new_text, c.source, a.language, c.act_id, c.eid, c.page,
    c.confidence
FROM chosen JOIN t_amendment c ON c.rowid = chosen.place JOIN t_act a ON a.document_id = c.document_id
WHERE ("of" IS NULL OR (c.source = 'note' AND c.document_id IN (SELECT old.document_id FROM old))
        OR EXISTS (SELECT 1 FROM old_name o WHERE o.number = c.target_number AND coalesce(o.day = c.target_date, o.day IS NULL)))
    AND ("by" IS NULL OR (c.source = 'command' AND c.document_id IN (SELECT new.document_id FROM new))
        OR EXISTS (SELECT 1 FROM new_name n WHERE n.number = c.amending_number AND coalesce(n.day = c.amending_date, n.day IS NULL)))
    AND coalesce(c.target_eid = provision OR starts_with(c.target_eid, provision || '__'), provision IS NULL)
ORDER BY 6 NULLS LAST, c.act_id, c.start_char, c.target_eid;
COMMENT ON MACRO TABLE amendments IS 'Amended provisions: of (the act that changed), by (the act that changes it), provision';
