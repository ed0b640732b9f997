-- What stands at an address, with all that it holds?
CREATE OR REPLACE MACRO clause(act, eid := NULL) AS TABLE
WITH RECURSIVE asked AS (SELECT document_id, eid AS asked_eid FROM wanted_documents(act)),
below AS (
    SELECT c.* FROM t_clause c JOIN asked ON c.document_id = asked.document_id
        AND coalesce(c.eid = asked.asked_eid, asked.asked_eid IS NULL AND c.parent_eid IS NULL)
    UNION
    SELECT c.* FROM t_clause c JOIN below ON c.document_id = below.document_id AND c.parent_eid = below.eid
)
SELECT b.eid, b.kind, b.num, b.heading, b.text, b.status, b.parent_eid, b.language, b.act_id, b.page, b.confidence, d.source
FROM below b JOIN t_document d ON d.document_id = b.document_id
ORDER BY b.act_id, b.ord;
COMMENT ON MACRO TABLE clause IS 'A provision and what it holds: act (any name), eid (the whole act where none is given)';
