-- Who cites an act, or one provision of it?
CREATE OR REPLACE MACRO citing(act := NULL, provision := NULL) AS TABLE
WITH cited AS (SELECT * FROM named_acts(act))
SELECT c.text, c.target_type, c.target_number, c.target_date, c.target_title, c.target_provision, c.scope, a.number,
    a.adopted_on, a.title, a.language, c.act_id, c.eid, c.page, c.confidence, c.resolved_act_id
FROM citations c JOIN acts a USING (act_id)
WHERE (act IS NULL OR (c.scope = 'external' AND (c.target_number = act OR concat_ws(' ', c.target_number, c.target_date) = act
        OR c.resolved_act_id IN (SELECT o.act_id FROM cited JOIN acts o USING (work_id)))))
    AND coalesce(c.target_provision = provision OR starts_with(c.target_provision, provision || '__'), provision IS NULL)
ORDER BY c.act_id, c.start_char, c.target_provision;
COMMENT ON MACRO TABLE citing IS 'Citations of an act (act) or of a provision of it (provision, an eid)';
