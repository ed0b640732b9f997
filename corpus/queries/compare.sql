-- Two language versions side by side: what stands in each provision, and in what they differ.
CREATE OR REPLACE MACRO compare(act_kk, act_ru) AS TABLE
WITH first AS MATERIALIZED (
    SELECT a.act_id, a.document_id FROM wanted_documents(act_kk) a ORDER BY a.language, a.act_id LIMIT 1
),
second AS MATERIALIZED (
    SELECT a.act_id, a.document_id FROM wanted_documents(act_ru) a WHERE a.act_id <> (SELECT f.act_id FROM first f)
    ORDER BY a.language DESC, a.act_id LIMIT 1
),
both_sides AS MATERIALIZED (FROM first UNION ALL FROM second),
side AS (
    SELECT c.act_id, c.eid, c.ord, c.kind, concat_ws(' ', c.num, c.heading, c.text) AS words, c.page,
        list_sort(regexp_extract_all(regexp_replace(concat_ws(' ', c.heading, c.text),
            '(\d{4})\.(\d{2})\.(\d{2})', '\3.\2.\1', 'g'), '\d+(?:[-.,/]\d+)*')) AS numbers
    FROM t_clause c JOIN both_sides s ON s.document_id = c.document_id
),
term AS (
    SELECT d.act_id, d.eid, list_sort(list(coalesce(d.quantity::VARCHAR, '-') || ' ' || coalesce(d.unit, d.kind))) AS terms
    FROM t_deadline d JOIN both_sides s ON s.document_id = d.document_id GROUP BY ALL
),
post AS (
    SELECT p.act_id, p.eid, count(*) AS posts
    FROM t_position p JOIN both_sides s ON s.document_id = p.document_id GROUP BY ALL
),
full_side AS (
    SELECT side.*, coalesce(term.terms, []) AS terms, coalesce(post.posts, 0) AS posts
    FROM side LEFT JOIN term USING (act_id, eid) LEFT JOIN post USING (act_id, eid)
),
a AS (SELECT * FROM full_side WHERE act_id IN (SELECT f.act_id FROM first f)),
b AS (SELECT * FROM full_side WHERE act_id IN (SELECT f.act_id FROM second f))
SELECT coalesce(a.eid, b.eid) AS eid, coalesce(a.kind, b.kind) AS kind, a.words AS text_kk, b.words AS text_ru,
    CASE WHEN a.eid IS NULL OR b.eid IS NULL THEN ['clause'] ELSE list_filter([
        CASE WHEN a.numbers <> b.numbers THEN 'numbers' END, CASE WHEN a.terms <> b.terms THEN 'deadlines' END,
        CASE WHEN a.posts <> b.posts THEN 'positions' END], lambda what: what IS NOT NULL) END AS differs,
    a.page AS page_kk, b.page AS page_ru, (SELECT f.act_id FROM first f) AS act_kk, (SELECT f.act_id FROM second f) AS act_ru
FROM a FULL JOIN b ON a.eid = b.eid
ORDER BY coalesce(a.ord, b.ord), coalesce(a.eid, b.eid);
COMMENT ON MACRO TABLE compare IS 'Two language versions, provision by provision: act_kk, act_ru (each any name of an act)';
