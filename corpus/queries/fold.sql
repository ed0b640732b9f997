-- Words as search knows them: one key for a word whatever script it is in and whatever look-alikes were typed.

CREATE OR REPLACE MACRO words(phrase) AS
regexp_extract_all(coalesce(phrase, ''), '[\p{L}\p{N}]+(?:[''’‘ʻʼ`´′][\p{L}]+)*');
COMMENT ON MACRO words IS 'Words and numbers of a text';

-- Letters of one script that look like letters of the other.
CREATE OR REPLACE MACRO seen_as_cyrillic(word) AS
translate(word, 'ABCEHIKMOPTXYaceikopxyəƏɵƟh', 'АВСЕНІКМОРТХУасеікорхуәӘөӨһ');
CREATE OR REPLACE MACRO seen_as_latin(word) AS
translate(word, 'АВСЕНІКМОРТХУасеікорхуһ', 'ABCEHIKMOPTXYaceikopxyh');

-- A word is read in the script of the letters that only one script has. One that could be both is read as it stands.
CREATE OR REPLACE MACRO in_one_script(word) AS
CASE WHEN NOT regexp_matches(word, '\p{Cyrillic}') OR NOT regexp_matches(word, '[\p{Latin}]') THEN word
    WHEN regexp_matches(seen_as_latin(word), '\p{Cyrillic}') THEN seen_as_cyrillic(word)
    ELSE seen_as_latin(word) END;

-- The key of a word in one script. Latin is read as Uzbek; letters that keyboards lack fall together with their
-- neighbours (қ and к, ә and а, oʻ and o); soft and hard signs and apostrophes are dropped.
CREATE OR REPLACE MACRO script_key(word) AS
replace(replace(replace(replace(replace(
    translate(
        replace(replace(
            regexp_replace(lower(word), '[''’‘ʻʼ`´′ъь]', '', 'g'),
        'sh', 'ш'), 'ch', 'ч'),
        'abcdefghijklmnopqrstuvwxyzöğşçõәөұүқғңһҳўіїэ', 'абсдефгхижклмнопкрстуввхйзогшчоаоуукгнххоиие'),
    'я', 'йа'), 'ю', 'йу'), 'ё', 'йо'), 'йе', 'е'), 'ц', 'тс');

CREATE OR REPLACE MACRO word_key(word) AS replace(script_key(in_one_script(word)), 'тс', 'с');
COMMENT ON MACRO word_key IS 'A word without what differs between scripts and spellings';

-- Russian prints ё or е for the same letter; in Uzbek they are two.
CREATE OR REPLACE MACRO printed_key(language, word) AS
word_key(CASE language WHEN 'ru' THEN replace(replace(word, 'ё', 'е'), 'Ё', 'Е') ELSE word END);

-- What a word that somebody typed may mean: also the other script, where all its letters look alike.
CREATE OR REPLACE MACRO readings(word) AS
[word, replace(replace(word, 'ё', 'е'), 'Ё', 'Е'),
    CASE WHEN NOT regexp_matches(seen_as_cyrillic(word), '\p{Latin}') THEN seen_as_cyrillic(word) END,
    CASE WHEN NOT regexp_matches(seen_as_latin(word), '\p{Cyrillic}') THEN seen_as_latin(word) END];
