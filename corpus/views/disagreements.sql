-- Where two language versions of one act differ: an error of reading, or a real difference that lawyers care about.
-- Numbers are runs of digits, with the joined parts of `1-1` or `2,5`; dates are those that citations and amendments
-- of the clause name and those printed in figures (`2013.01.08` is `08.01.2013`).

CREATE OR REPLACE VIEW disagreements AS
WITH pair AS (
    SELECT a.act_id AS act_a, b.act_id AS act_b
    FROM acts a JOIN acts b ON a.work_id = b.work_id AND a.language < b.language
),
printed AS (
    SELECT act_id, eid, coalesce(nullif(text, ''), heading, '') AS words,
        regexp_replace(concat_ws(' ', heading, text), '(\d{4})\.(\d{2})\.(\d{2})', '\3.\2.\1', 'g') AS same_dates
    FROM clauses WHERE act_id IN (SELECT act_a FROM pair UNION ALL SELECT act_b FROM pair)
),
clause AS (
    SELECT act_id, eid, words, list_sort(regexp_extract_all(same_dates, '\d+(?:[-.,/]\d+)*')) AS numbers,
        regexp_extract_all(same_dates, '\d{2}\.\d{2}\.\d{4}') AS dates
    FROM printed
),
dated AS (
    SELECT act_id, eid, target_date AS day FROM citations
    UNION SELECT act_id, eid, target_date FROM amendments
    UNION SELECT act_id, eid, amending_date FROM amendments
    UNION SELECT act_id, eid, try_strptime(unnest(dates), '%d.%m.%Y')::DATE FROM clause
),
days AS (
    SELECT act_id, eid, list_sort(list(DISTINCT day)) AS days FROM dated WHERE day IS NOT NULL GROUP BY ALL
),
terms AS (
    SELECT act_id, eid, list_sort(list(coalesce(quantity::VARCHAR, '-') || ' ' || coalesce(unit, kind))) AS terms
    FROM deadlines GROUP BY ALL
),
posts AS (
    SELECT act_id, eid, count(*) AS posts FROM positions GROUP BY ALL
),
both_sides AS (
    SELECT p.act_a, p.act_b, x.eid, x.words AS words_a, y.words AS words_b, x.numbers AS numbers_a, y.numbers AS numbers_b
    FROM pair p JOIN clause x ON x.act_id = p.act_a JOIN clause y ON y.act_id = p.act_b AND y.eid = x.eid
)
SELECT act_a, act_b, eid, 'clause' AS what, words AS a, NULL::VARCHAR AS b
FROM pair JOIN clause ON clause.act_id = act_a
WHERE NOT EXISTS (SELECT 1 FROM clause o WHERE o.act_id = act_b AND o.eid = clause.eid)
UNION ALL
SELECT act_a, act_b, eid, 'clause', NULL, words
FROM pair JOIN clause ON clause.act_id = act_b
WHERE NOT EXISTS (SELECT 1 FROM clause o WHERE o.act_id = act_a AND o.eid = clause.eid)
UNION ALL
SELECT act_a, act_b, eid, 'numbers', array_to_string(numbers_a, ' '), array_to_string(numbers_b, ' ')
FROM both_sides WHERE numbers_a IS DISTINCT FROM numbers_b
UNION ALL
SELECT s.act_a, s.act_b, s.eid, 'dates', array_to_string(x.days, ' '), array_to_string(y.days, ' ')
FROM both_sides s LEFT JOIN days x ON x.act_id = s.act_a AND x.eid = s.eid
    LEFT JOIN days y ON y.act_id = s.act_b AND y.eid = s.eid
WHERE x.days IS DISTINCT FROM y.days
UNION ALL
SELECT s.act_a, s.act_b, s.eid, 'deadlines', array_to_string(x.terms, ', '), array_to_string(y.terms, ', ')
FROM both_sides s LEFT JOIN terms x ON x.act_id = s.act_a AND x.eid = s.eid
    LEFT JOIN terms y ON y.act_id = s.act_b AND y.eid = s.eid
WHERE x.terms IS DISTINCT FROM y.terms
UNION ALL
SELECT s.act_a, s.act_b, s.eid, 'positions', coalesce(x.posts, 0)::VARCHAR, coalesce(y.posts, 0)::VARCHAR
FROM both_sides s LEFT JOIN posts x ON x.act_id = s.act_a AND x.eid = s.eid
    LEFT JOIN posts y ON y.act_id = s.act_b AND y.eid = s.eid
WHERE coalesce(x.posts, 0) <> coalesce(y.posts, 0);
COMMENT ON VIEW disagreements IS 'Where two language versions of one act differ';
COMMENT ON COLUMN disagreements.act_a IS 'The act in one language';
COMMENT ON COLUMN disagreements.act_b IS 'The same act in the other language';
COMMENT ON COLUMN disagreements.eid IS 'The provision';
COMMENT ON COLUMN disagreements.what IS 'clause: it is in one text only; numbers, dates, deadlines (terms that differ), positions (counts that differ)';
COMMENT ON COLUMN disagreements.a IS 'What act_a has; NULL where it has nothing';
COMMENT ON COLUMN disagreements.b IS 'What act_b has; NULL where it has nothing';
