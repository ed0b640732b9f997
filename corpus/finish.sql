-- What follows from all documents together; run once at the end of a run, before the file is put in place.

-- A version of an act is one redaction: the texts of one date, of which the best is chosen (the whole ones first, then
-- the longest, the healthiest, the smallest id). Under one name (path or address) a text that was met later is newer,
-- whatever date it tells: it follows at once on the latest of those before it, and is a version of its own unless only
-- the form differs. Of the versions the newest is current, but a text with less than half the clauses of the longest one
-- is a fragment and never hides a whole text.
DELETE FROM t_version;
INSERT INTO t_version
WITH met AS (
    SELECT a.act_id, document_id, a.valid_from, coalesce(a.substance, document_id) AS substance,
        coalesce(d.seen_on, d.ingested_at) AS seen_on, unnest(d.sources) AS name
    FROM t_act a JOIN t_document d USING (document_id)
),
dated AS (
    SELECT *, max(valid_from) OVER under_name AS since FROM met
    WINDOW under_name AS (PARTITION BY act_id, name ORDER BY seen_on, document_id)
),
turned AS (
    SELECT *, substance IS DISTINCT FROM lag(substance) OVER under_date AS turns FROM dated
    WINDOW under_date AS (PARTITION BY act_id, name, since ORDER BY seen_on, document_id)
),
aged AS (
    SELECT *, sum(turns::INTEGER) OVER (
        PARTITION BY act_id, name, since ORDER BY seen_on DESC, document_id DESC) - turns::INTEGER AS age
    FROM turned
),
placed AS (
    SELECT * FROM aged
    QUALIFY row_number() OVER (PARTITION BY document_id ORDER BY since DESC NULLS LAST, age DESC) = 1
),
texts AS (
    SELECT p.*, d.source, d.health, a.clauses,
        a.clauses * 2 >= max(a.clauses) OVER (PARTITION BY a.act_id) AS whole
    FROM placed p JOIN t_act a USING (document_id) JOIN t_document d USING (document_id)
),
numbered AS (
    SELECT *, dense_rank() OVER (PARTITION BY act_id ORDER BY since NULLS FIRST, age DESC) AS version FROM texts
)
SELECT act_id, version, valid_from, seen_on, document_id, source,
    row_number() OVER (
        PARTITION BY act_id, version ORDER BY whole DESC, clauses DESC, health DESC, document_id
    ) = 1,
    row_number() OVER (
        PARTITION BY act_id ORDER BY whole DESC, version DESC, clauses DESC, health DESC, document_id
    ) = 1
FROM numbered;

-- A cited act is the one act with that number and date (and type, where the citation prints one) in the same
-- jurisdiction, or else the one act of that type with that title. Where two works fit, none is named. Of the
-- language versions of a work the citing act's own language is preferred.
DELETE FROM t_resolution;
INSERT INTO t_resolution
WITH act AS (
    SELECT a.*, lower(trim(regexp_replace(a.title, '["«»“”„]', '', 'g'))) AS folded_title
    FROM t_act a JOIN t_version v USING (document_id) WHERE v.current
),
cited AS (
    SELECT c.citation_id, c.target_type, c.target_number, c.target_date, a.jurisdiction, a.language,
        lower(trim(regexp_replace(c.target_title, '["«»“”„]', '', 'g'))) AS folded_title
    FROM t_citation c JOIN act a USING (document_id) WHERE c.scope = 'external'
),
candidate AS (
    SELECT c.citation_id, c.language, a.work_id, a.act_id AS found_id, 1 AS step, 'number and date' AS route
    FROM cited c JOIN act a ON a.number = c.target_number AND a.adopted_on = c.target_date
        AND a.jurisdiction = c.jurisdiction AND coalesce(c.target_type, a.act_type) = a.act_type
    UNION ALL
    SELECT c.citation_id, c.language, a.work_id, a.act_id, 2, 'title'
    FROM cited c JOIN act a ON a.folded_title = c.folded_title AND a.act_type = c.target_type
        AND a.jurisdiction = c.jurisdiction
        AND coalesce(c.target_number, a.number, '') = coalesce(a.number, c.target_number, '')
        AND coalesce(c.target_date, a.adopted_on, DATE '0001-01-01') = coalesce(a.adopted_on, c.target_date, DATE '0001-01-01')
),
sure AS (
    SELECT citation_id, any_value(language) AS language, any_value(work_id) AS work_id, any_value(route) AS route
    FROM (SELECT * FROM candidate QUALIFY step = min(step) OVER (PARTITION BY citation_id))
    GROUP BY citation_id HAVING count(DISTINCT work_id) = 1
)
SELECT s.citation_id, a.act_id, s.route
FROM sure s JOIN act a USING (work_id)
QUALIFY row_number() OVER (
    PARTITION BY s.citation_id ORDER BY a.language = s.language DESC, a.language, a.act_id
) = 1;
