-- How questions name acts and words.

CREATE OR REPLACE MACRO named_acts(act) AS TABLE
SELECT act_id, work_id, number, adopted_on, language, jurisdiction, document_id FROM acts
WHERE act_id = act OR work_id = act OR number = act OR number || ' ' || adopted_on::VARCHAR = act;
COMMENT ON MACRO TABLE named_acts IS 'Acts that a name may mean: act_id, work_id, number, or "number date"';

-- The documents whose acts are asked for: a join on them lets DuckDB read only their rows.
CREATE OR REPLACE MACRO wanted_documents(act) AS TABLE
SELECT a.document_id, a.act_id, a.number, a.adopted_on, a.jurisdiction, a.language, a.work_id
FROM t_act a JOIN t_version v ON v.document_id = a.document_id AND v.current
WHERE act IS NULL OR a.act_id = act OR a.work_id = act OR a.number = act
    OR concat_ws(' ', a.number, a.adopted_on::VARCHAR) = act;
COMMENT ON MACRO TABLE wanted_documents IS 'Documents of the acts that a name may mean; all where there is no name';

-- What acts that a name means are called by others: number and date, or the number alone.
CREATE OR REPLACE MACRO asked_numbers(act) AS TABLE
SELECT regexp_extract(act, '^(.*?)(?: \d{4}-\d{2}-\d{2})?$', 1) AS number,
    try_cast(nullif(regexp_extract(act, ' (\d{4}-\d{2}-\d{2})$', 1), '') AS DATE) AS day
UNION
SELECT a.number, a.adopted_on FROM wanted_documents(coalesce(act, '')) a WHERE a.number IS NOT NULL;
COMMENT ON MACRO TABLE asked_numbers IS 'Numbers and dates by which other acts name an act';

CREATE OR REPLACE MACRO asked_words(said) AS TABLE
WITH asked AS MATERIALIZED (
    SELECT DISTINCT word, word_key(reading) AS key
    FROM (SELECT word, unnest(readings(word)) AS reading FROM (SELECT unnest(words(said)) AS word))
    WHERE reading IS NOT NULL
)
SELECT DISTINCT l.language, asked.word, stem(l.language, asked.key) AS stem FROM asked, t_language l;
COMMENT ON MACRO TABLE asked_words IS 'Stems that words may have in each language';

-- `said` holds one text for each of `kinds` (education, speciality, title, actor), so that one look-up serves a question.
CREATE OR REPLACE MACRO asked_phrases(kinds, said) AS TABLE
WITH asked AS MATERIALIZED (
    SELECT DISTINCT asked_kind, word, word_key(reading) AS key
    FROM (SELECT asked_kind, word, unnest(readings(word)) AS reading
        FROM (SELECT asked_kind, unnest(words(text)) AS word
            FROM (SELECT unnest(kinds) AS asked_kind, unnest(said) AS text)))
    WHERE reading IS NOT NULL
),
wanted AS MATERIALIZED (
    SELECT asked_kind, word, list(DISTINCT stem(l.language, key)) AS stems FROM asked, t_language l GROUP BY ALL
)
SELECT kind, phrase FROM t_phrase SEMI JOIN wanted ON kind = asked_kind
WHERE NOT EXISTS (SELECT 1 FROM wanted w WHERE w.asked_kind = kind AND NOT list_has_any(t_phrase.stems, w.stems));
COMMENT ON MACRO TABLE asked_phrases IS 'Phrases of facts with all words that were said, in any form';
