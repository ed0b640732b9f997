-- What was amended in an act (amended), and what does an act amend (amending)? From notes and from commands alike.
CREATE OR REPLACE MACRO amendments("of" := NULL, "by" := NULL, provision := NULL) AS TABLE
WITH change AS (
    SELECT m.*, a.language, a.number, a.adopted_on,
        CASE m.source WHEN 'command' THEN coalesce(m.amending_number, a.number) ELSE m.amending_number END AS by_number,
        CASE m.source WHEN 'command' THEN coalesce(m.amending_date, a.adopted_on) ELSE m.amending_date END AS by_date
    FROM amendments m JOIN acts a USING (act_id)
),
old AS (SELECT * FROM named_acts("of")),
new AS (SELECT * FROM named_acts("by"))
SELECT c.target_number AS amended_number, c.target_date AS amended_on, c.target_eid AS provision, c.operation,
    c.by_number AS amending_number, c.by_date AS amending_date, c.amending_issuer, c.effective_rule, c.target_part,
    c.new_text, c.source, c.language, c.act_id, c.eid, c.page, c.confidence
FROM change c
WHERE ("of" IS NULL OR c.target_number = "of" OR concat_ws(' ', c.target_number, c.target_date) = "of"
        OR EXISTS (SELECT 1 FROM old WHERE c.target_number = old.number AND c.target_date = old.adopted_on)
        OR (c.source = 'note' AND c.act_id IN (SELECT act_id FROM old)))
    AND ("by" IS NULL OR c.by_number = "by" OR concat_ws(' ', c.by_number, c.by_date) = "by"
        OR EXISTS (SELECT 1 FROM new WHERE c.by_number = new.number AND c.by_date = new.adopted_on)
        OR (c.source = 'command' AND c.act_id IN (SELECT act_id FROM new)))
    AND coalesce(c.target_eid = provision OR starts_with(c.target_eid, provision || '__'), provision IS NULL)
ORDER BY by_date NULLS LAST, c.act_id, c.start_char, c.target_eid;
COMMENT ON MACRO TABLE amendments IS 'Amended provisions: of (the act that changed), by (the act that changes it), provision';
