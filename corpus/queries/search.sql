-- Full text over the clauses: BM25 (k1 1.2, b 0.75) over the stems of each language, in plain SQL, so that it works in
-- every DuckDB client. A clause with more of the asked words goes before one with fewer, and so does a language that
-- knows more of them.

CREATE OR REPLACE MACRO search(query, lang := NULL, top := 10) AS TABLE
WITH size AS (SELECT greatest(len(list_distinct(words(query))), 1) AS asked),
term AS MATERIALIZED (
    SELECT a.word AS place, count(DISTINCT a.word) OVER (PARTITION BY a.language) AS known, t.term_id, t.term, t.language, l.length AS mean,
        ln(1 + (l.clauses - t.clauses + 0.5) / (t.clauses + 0.5)) AS rarity
    FROM asked_words(query) a JOIN t_term t ON t.language = a.language AND t.term = a.stem
        JOIN t_language l ON l.language = a.language
    WHERE coalesce(a.language = lang, lang IS NULL)
),
hit AS (
    SELECT p.clause_no, term.place,
        max(term.known * term.rarity * p.times * 2.2 / (p.times + 1.2 * (0.25 + 0.75 * p.length / term.mean))) AS score
    FROM t_posting p JOIN term USING (term_id) GROUP BY p.clause_no, term.place
),
best AS (
    SELECT clause_no, round(sum(hit.score) * count(*) / any_value(size.asked ** 2), 6) AS score
    FROM hit, size GROUP BY clause_no ORDER BY 2 DESC, clause_no LIMIT top
),
found AS MATERIALIZED (
    SELECT best.score, s.* FROM best JOIN t_searched s ON s.rowid = best.clause_no
),
marked AS (
    SELECT f.clause_no, max({'rarity': term.rarity, 'word': f.word}).word AS word
    FROM (SELECT clause_no, language, word, stem(language, key) AS stem
        FROM (SELECT DISTINCT clause_no, language, word, printed_key(language, word) AS key
            FROM (SELECT clause_no, language, unnest(words(printed)) AS word FROM found))) f
    JOIN term ON term.language = f.language AND term.term = f.stem
    GROUP BY f.clause_no
),
placed AS (
    SELECT f.*, m.word AS hit,
        greatest(coalesce(nullif(strpos(' ' || f.printed, ' ' || m.word), 0), strpos(f.printed, m.word)) - 80, 1) AS start
    FROM found f JOIN marked m USING (clause_no)
)
SELECT round(p.score, 3) AS score, a.number, a.adopted_on, p.eid, p.kind, p.language,
    CASE WHEN p.start > 1 THEN '…' ELSE '' END || trim(substring(p.printed, p.start, 160 + length(p.hit)))
        || CASE WHEN p.start + 160 + length(p.hit) < length(p.printed) THEN '…' ELSE '' END AS line,
    p.hit, p.act_id, p.page, p.clause_id, d.source
FROM placed p JOIN t_act a ON a.document_id = p.doc JOIN t_document d ON d.document_id = p.doc
ORDER BY p.score DESC, p.clause_no;
COMMENT ON MACRO TABLE search IS 'Clauses that hold the words, best first: query, lang (kk, ru, uz), top';
