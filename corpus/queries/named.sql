-- How questions name acts and words.

CREATE OR REPLACE MACRO named_acts(act) AS TABLE
SELECT act_id, work_id, number, adopted_on, language, jurisdiction, document_id FROM acts
WHERE act_id = act OR work_id = act OR number = act OR number || ' ' || adopted_on::VARCHAR = act;
COMMENT ON MACRO TABLE named_acts IS 'Acts that a name may mean: act_id, work_id, number, or "number date"';

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
