-- Which posts are there, and what do they demand?
CREATE OR REPLACE MACRO positions(category := NULL, education := NULL, speciality := NULL, title := NULL, act := NULL) AS TABLE
WITH asked AS (
    SELECT replace(replace(upper(seen_as_latin(category)), '*', '%'), '?', '_') AS code, education IS NULL AS any_education,
        speciality IS NULL AS any_speciality, title IS NULL AS any_title
),
said AS MATERIALIZED (FROM asked_phrases(['education', 'speciality', 'title'], [education, speciality, title])),
of_speciality AS (SELECT list(phrase) AS phrases FROM said WHERE said.kind = 'speciality'),
a AS (FROM wanted_documents(act))
SELECT p.category_code, p.title, p.organisations, p.education, p.specialities, p.experience, p.experience_ref, p.block,
    p.row_num, p.category_inferred, a.number, a.adopted_on, a.language, p.act_id, p.eid, p.page, p.confidence
FROM t_position p JOIN a ON a.document_id = p.document_id, asked
WHERE coalesce(p.category_code ILIKE asked.code, asked.code IS NULL)
    AND (asked.any_education OR p.education IN (SELECT phrase FROM said WHERE said.kind = 'education'))
    AND (asked.any_speciality OR list_has_any(p.specialities, (FROM of_speciality)))
    AND (asked.any_title OR p.title IN (SELECT phrase FROM said WHERE said.kind = 'title'))
ORDER BY p.act_id, p.start_char, p.title;
COMMENT ON MACRO TABLE positions IS 'Posts and what they demand: category (with * and ?), education, speciality, title (words in any form), act';
