-- Two language versions side by side: what stands in each provision, and in what they differ.
CREATE OR REPLACE MACRO compare(act_kk, act_ru) AS TABLE
WITH first AS (
    SELECT act_id FROM named_acts(act_kk) ORDER BY language, act_id LIMIT 1
),
second AS (
    SELECT act_id FROM named_acts(act_ru) WHERE act_id <> (SELECT act_id FROM first) ORDER BY language DESC, act_id LIMIT 1
),
side AS (
    SELECT c.act_id, c.eid, c.ord, c.kind, concat_ws(' ', c.num, c.heading, c.text) AS words, c.page,
        list_sort(regexp_extract_all(regexp_replace(concat_ws(' ', c.heading, c.text),
            '(\d{4})\.(\d{2})\.(\d{2})', '\3.\2.\1', 'g'), '\d+(?:[-.,/]\d+)*')) AS numbers
    FROM clauses c WHERE c.act_id IN (SELECT act_id FROM first UNION ALL SELECT act_id FROM second)
),
term AS (
    SELECT act_id, eid, list_sort(list(coalesce(quantity::VARCHAR, '-') || ' ' || coalesce(unit, kind))) AS terms
    FROM deadlines WHERE act_id IN (SELECT act_id FROM first UNION ALL SELECT act_id FROM second) GROUP BY ALL
),
post AS (
    SELECT act_id, eid, count(*) AS posts FROM positions
    WHERE act_id IN (SELECT act_id FROM first UNION ALL SELECT act_id FROM second) GROUP BY ALL
),
full_side AS (
    SELECT side.*, coalesce(term.terms, []) AS terms, coalesce(post.posts, 0) AS posts
    FROM side LEFT JOIN term USING (act_id, eid) LEFT JOIN post USING (act_id, eid)
),
a AS (SELECT * FROM full_side WHERE act_id IN (FROM first)),
b AS (SELECT * FROM full_side WHERE act_id IN (FROM second))
SELECT coalesce(a.eid, b.eid) AS eid, coalesce(a.kind, b.kind) AS kind, a.words AS text_kk, b.words AS text_ru,
    CASE WHEN a.eid IS NULL OR b.eid IS NULL THEN ['clause'] ELSE list_filter([
        CASE WHEN a.numbers <> b.numbers THEN 'numbers' END, CASE WHEN a.terms <> b.terms THEN 'deadlines' END,
        CASE WHEN a.posts <> b.posts THEN 'positions' END], lambda what: what IS NOT NULL) END AS differs,
    a.page AS page_kk, b.page AS page_ru, (SELECT act_id FROM first) AS act_kk, (SELECT act_id FROM second) AS act_ru
FROM a FULL JOIN b ON a.eid = b.eid
ORDER BY coalesce(a.ord, b.ord), coalesce(a.eid, b.eid);
COMMENT ON MACRO TABLE compare IS 'Two language versions, provision by provision: act_kk, act_ru (each any name of an act)';
