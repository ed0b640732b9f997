-- Who cites an act, or one provision of it?
CREATE OR REPLACE MACRO citing(act := NULL, provision := NULL) AS TABLE
WITH named AS MATERIALIZED (FROM asked_numbers(act)),
cited AS MATERIALIZED (
    SELECT r.citation_id FROM t_resolution r JOIN t_act o ON o.act_id = r.act_id
        JOIN wanted_documents(coalesce(act, '')) w ON w.work_id = o.work_id
),
chosen AS MATERIALIZED (
    SELECT c.rowid AS place FROM t_citation c SEMI JOIN t_version v ON v.document_id = c.document_id AND v.current
    WHERE (act IS NULL OR (c.scope = 'external' AND (c.target_number IN (SELECT n.number FROM named n)
            OR c.citation_id IN (SELECT d.citation_id FROM cited d))))
        AND coalesce(c.target_provision = provision OR starts_with(c.target_provision, provision || '__'), provision IS NULL)
)
SELECT c.text, c.target_type, c.target_number, c.target_date, c.target_title, c.target_provision, c.scope, a.number,
    a.adopted_on, a.title, a.language, c.act_id, c.eid, c.page, c.confidence,
    CASE c.scope WHEN 'internal' THEN c.act_id ELSE r.act_id END AS resolved_act_id
FROM chosen JOIN t_citation c ON c.rowid = chosen.place JOIN t_act a ON a.document_id = c.document_id
    LEFT JOIN t_resolution r ON r.citation_id = c.citation_id
WHERE act IS NULL OR c.citation_id IN (SELECT d.citation_id FROM cited d)
    OR EXISTS (SELECT 1 FROM named n WHERE n.number = c.target_number AND coalesce(n.day = c.target_date, n.day IS NULL))
ORDER BY c.act_id, c.start_char, c.target_provision;
COMMENT ON MACRO TABLE citing IS 'Citations of an act (act) or of a provision of it (provision, an eid)';
