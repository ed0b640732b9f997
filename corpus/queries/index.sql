-- The index of search, made anew at the end of a run: which stem stands in which clause how often.

-- `clause_no` is the row number of the table: a join on rowid is what fetches ten clauses of a million in milliseconds.
CREATE OR REPLACE TABLE t_searched AS
SELECT (row_number() OVER (ORDER BY act_id, ord, clause_id) - 1)::INTEGER AS clause_no, document_id AS doc, act_id, eid,
    clause_id, kind, language, page, concat_ws(' ', num, heading, text) AS printed
FROM t_clause WHERE document_id IN (SELECT document_id FROM t_version WHERE current)
ORDER BY clause_no;

CREATE OR REPLACE TEMP TABLE told AS
WITH split AS MATERIALIZED (SELECT language, clause_no, words(printed) AS said FROM t_searched)
SELECT language, clause_no, len(said)::INTEGER AS length, unnest(said) AS word FROM split;

CREATE OR REPLACE TEMP TABLE known AS
SELECT language, word, stem(language, printed_key(language, word)) AS term
FROM (SELECT DISTINCT language, word FROM told);

CREATE OR REPLACE TABLE t_term AS
SELECT (row_number() OVER (ORDER BY language, term))::INTEGER AS term_id, language, term, 0 AS clauses
FROM (SELECT DISTINCT language, term FROM known) ORDER BY term_id;

CREATE OR REPLACE TABLE t_posting AS
SELECT t.term_id, told.clause_no, count(*)::INTEGER AS times, any_value(told.length) AS length
FROM told JOIN known k USING (language, word) JOIN t_term t ON t.language = k.language AND t.term = k.term
GROUP BY t.term_id, told.clause_no ORDER BY t.term_id, told.clause_no;

UPDATE t_term SET clauses = c.clauses
FROM (SELECT term_id, count(*) AS clauses FROM t_posting GROUP BY term_id) c WHERE c.term_id = t_term.term_id;

CREATE OR REPLACE TABLE t_language AS
SELECT language, count(*) AS clauses, sum(length) / count(*) AS length
FROM (SELECT language, clause_no, any_value(length) AS length FROM told GROUP BY ALL) GROUP BY language;

DROP TABLE told;
DROP TABLE known;

-- What facts are asked for in words: each phrase once, with its stems.
CREATE OR REPLACE TABLE t_phrase AS
WITH told AS (
    SELECT 'education' AS kind, a.language, p.education AS phrase FROM t_position p JOIN t_act a USING (document_id)
    UNION SELECT 'speciality', a.language, unnest(p.specialities) FROM t_position p JOIN t_act a USING (document_id)
    UNION SELECT 'title', a.language, p.title FROM t_position p JOIN t_act a USING (document_id)
    UNION SELECT 'actor', a.language, d.actor FROM t_deadline d JOIN t_act a USING (document_id)
)
SELECT kind, phrase, list_distinct(flatten(list(stems(language, phrase)))) AS stems
FROM told WHERE phrase IS NOT NULL GROUP BY kind, phrase ORDER BY kind, phrase;
