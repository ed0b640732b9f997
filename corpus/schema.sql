-- The tables of the knowledge base. Every reading that was ever stored lies here under its document; the contract's
-- views (views/*.sql) show of each act the newest whole text. A knowledge base is derived: rebuilt, never migrated.
-- There are no unique constraints: the store writes each document once (corpus/store.py) and checks keys on publishing.

CREATE TABLE IF NOT EXISTS t_meta (key VARCHAR, value VARCHAR);

CREATE TABLE IF NOT EXISTS t_document (
    document_id VARCHAR, source VARCHAR, sources VARCHAR[], media_type VARCHAR, bytes BIGINT, pages INTEGER,
    method VARCHAR, health DOUBLE, status VARCHAR, error VARCHAR, ingested_at TIMESTAMP, reader VARCHAR,
    grammar VARCHAR, seen_on TIMESTAMP, beside VARCHAR
);

CREATE TABLE IF NOT EXISTS t_page (
    document_id VARCHAR, page INTEGER, method VARCHAR, language VARCHAR, health DOUBLE, confidence DOUBLE,
    text VARCHAR, after VARCHAR, start_char BIGINT, end_char BIGINT, dpi DOUBLE, skew DOUBLE, seconds DOUBLE
);

CREATE TABLE IF NOT EXISTS t_act (
    document_id VARCHAR, act_id VARCHAR, work_id VARCHAR, jurisdiction VARCHAR, language VARCHAR, script VARCHAR,
    act_type VARCHAR, issuer VARCHAR, number VARCHAR, adopted_on DATE, title VARCHAR, registered_number VARCHAR,
    registered_on DATE, signatory VARCHAR, signatory_post VARCHAR, commencement VARCHAR, valid_from DATE,
    clauses INTEGER, caused_by VARCHAR, substance VARCHAR
);

CREATE TABLE IF NOT EXISTS t_clause (
    document_id VARCHAR, act_id VARCHAR, clause_id VARCHAR, eid VARCHAR, parent_eid VARCHAR, kind VARCHAR,
    num VARCHAR, heading VARCHAR, text VARCHAR, status VARCHAR, language VARCHAR, ord INTEGER,
    page INTEGER, start_char BIGINT, end_char BIGINT, confidence DOUBLE
);

CREATE TABLE IF NOT EXISTS t_position (
    document_id VARCHAR, act_id VARCHAR, position_id VARCHAR, eid VARCHAR, row_num VARCHAR, title VARCHAR,
    organisations VARCHAR[], category_code VARCHAR, category_inferred BOOLEAN, block VARCHAR, education VARCHAR,
    specialities VARCHAR[], experience VARCHAR, experience_ref VARCHAR,
    rule VARCHAR, page INTEGER, start_char BIGINT, end_char BIGINT, confidence DOUBLE
);

CREATE TABLE IF NOT EXISTS t_category (
    document_id VARCHAR, act_id VARCHAR, category_id VARCHAR, eid VARCHAR, category_code VARCHAR, series VARCHAR,
    rank VARCHAR, block VARCHAR, printed VARCHAR[],
    rule VARCHAR, page INTEGER, start_char BIGINT, end_char BIGINT, confidence DOUBLE
);

CREATE TABLE IF NOT EXISTS t_deadline (
    document_id VARCHAR, act_id VARCHAR, deadline_id VARCHAR, eid VARCHAR, kind VARCHAR, quantity INTEGER,
    unit VARCHAR, relation VARCHAR, recurrence VARCHAR, time_from VARCHAR, time_to VARCHAR, trigger VARCHAR,
    actor VARCHAR, action VARCHAR, text VARCHAR,
    rule VARCHAR, page INTEGER, start_char BIGINT, end_char BIGINT, confidence DOUBLE
);

CREATE TABLE IF NOT EXISTS t_amendment (
    document_id VARCHAR, act_id VARCHAR, amendment_id VARCHAR, eid VARCHAR, source VARCHAR, operation VARCHAR,
    target_number VARCHAR, target_date DATE, target_eid VARCHAR, target_part VARCHAR, amending_issuer VARCHAR,
    amending_number VARCHAR, amending_date DATE, effective_rule VARCHAR, new_text VARCHAR,
    rule VARCHAR, page INTEGER, start_char BIGINT, end_char BIGINT, confidence DOUBLE
);

CREATE TABLE IF NOT EXISTS t_citation (
    document_id VARCHAR, act_id VARCHAR, citation_id VARCHAR, eid VARCHAR, scope VARCHAR, target_type VARCHAR,
    target_number VARCHAR, target_date DATE, target_title VARCHAR, target_provision VARCHAR, text VARCHAR,
    rule VARCHAR, page INTEGER, start_char BIGINT, end_char BIGINT, confidence DOUBLE
);

CREATE TABLE IF NOT EXISTS t_definition (
    document_id VARCHAR, act_id VARCHAR, definition_id VARCHAR, eid VARCHAR, term VARCHAR, meaning VARCHAR,
    rule VARCHAR, page INTEGER, start_char BIGINT, end_char BIGINT, confidence DOUBLE
);

CREATE TABLE IF NOT EXISTS t_repair (
    document_id VARCHAR, start_char BIGINT, end_char BIGINT, before VARCHAR, after VARCHAR, method VARCHAR,
    confidence DOUBLE, page INTEGER, raw_start BIGINT, raw_end BIGINT
);

CREATE TABLE IF NOT EXISTS t_verdict (
    document_id VARCHAR, page INTEGER, kind VARCHAR, language VARCHAR, channel VARCHAR, health DOUBLE,
    raw_start BIGINT, raw_end BIGINT
);

CREATE TABLE IF NOT EXISTS t_doubt (document_id VARCHAR, page INTEGER, start_char BIGINT, end_char BIGINT, confidence DOUBLE);

CREATE TABLE IF NOT EXISTS t_reading (
    document_id VARCHAR, page INTEGER, line INTEGER, method VARCHAR, text VARCHAR, health DOUBLE, chosen BOOLEAN
);

CREATE TABLE IF NOT EXISTS t_issue (
    document_id VARCHAR, act_id VARCHAR, eid VARCHAR, code VARCHAR, note VARCHAR, page INTEGER, start_char BIGINT,
    end_char BIGINT
);

-- One row a pair of consecutive texts that were compared; what differs stands in t_change.
CREATE TABLE IF NOT EXISTS t_compared (before_id VARCHAR, after_id VARCHAR, compared_at TIMESTAMP);

CREATE TABLE IF NOT EXISTS t_change (
    before_id VARCHAR, after_id VARCHAR, act_id VARCHAR, eid VARCHAR, old_eid VARCHAR, kind VARCHAR, before VARCHAR,
    after VARCHAR, amended_by VARCHAR, amending_act_id VARCHAR, evidence VARCHAR, ord INTEGER
);

CREATE TABLE IF NOT EXISTS t_run (
    run_id VARCHAR, started_at TIMESTAMP, finished_at TIMESTAMP, seen INTEGER, added INTEGER, changed INTEGER,
    unchanged INTEGER, quarantined INTEGER
);

-- Derived at the end of every run (finish.sql).
CREATE TABLE IF NOT EXISTS t_version (
    act_id VARCHAR, version INTEGER, valid_from DATE, seen_on TIMESTAMP, document_id VARCHAR, source VARCHAR,
    chosen BOOLEAN, current BOOLEAN
);
CREATE TABLE IF NOT EXISTS t_resolution (citation_id VARCHAR, act_id VARCHAR, route VARCHAR);
