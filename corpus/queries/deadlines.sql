-- Which terms are set, for whom, counted from what?
CREATE OR REPLACE MACRO deadlines(act := NULL, actor := NULL, kind := NULL, unit := NULL, eid := NULL) AS TABLE
WITH asked AS (
    SELECT kind AS asked_kind, unit AS asked_unit, eid AS asked_eid, actor IS NULL AS any_actor
),
a AS (FROM wanted_documents(act)),
said AS (SELECT phrase FROM asked_phrases(['actor'], [actor]))
SELECT d.quantity, d.unit, d.relation, d.kind, d.trigger, d.actor, d.action, d.recurrence, d.time_from, d.time_to,
    d.text, a.number, a.adopted_on, a.jurisdiction, a.language, d.act_id, d.eid, d.page, d.confidence, d.deadline_id
FROM t_deadline d JOIN a ON a.document_id = d.document_id, asked
WHERE (asked.any_actor OR d.actor IN (FROM said))
    AND coalesce(d.kind = asked_kind, asked_kind IS NULL) AND coalesce(d.unit = asked_unit, asked_unit IS NULL)
    AND coalesce(d.eid = asked_eid, asked_eid IS NULL)
ORDER BY d.act_id, d.start_char, d.deadline_id;
COMMENT ON MACRO TABLE deadlines IS 'Terms: act, actor (words in any form), kind, unit, eid';
