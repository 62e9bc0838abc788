-- The overview of a desk's reports asked of the UCI incident log in SQL (DuckDB).
--
-- Variables: log (a path), period_from, period_to, now (seconds since 1970). A line that begins
-- with `-- section` names the next query's section and how many of its columns are labels; the row
-- whose label is NULL is the total.

SET TimeZone = 'UTC';
-- The first instant that counts no more, and the last second that does.
SET VARIABLE until = least(getvariable('period_to'), getvariable('now') + 1);
SET VARIABLE last = getvariable('until') - 1;

-- Settings of a new desk.

CREATE TEMP TABLE priorities (told VARCHAR, priority VARCHAR, rank INT, always BOOL,
    response_seconds INT, response_days INT, resolution_seconds INT, resolution_days INT);
INSERT INTO priorities VALUES
    ('1 - Critical', 'enterprise-outage', 1, true, 900, NULL, 14400, NULL),
    ('2 - High', 'critical-situation', 2, false, 1800, NULL, NULL, 1),
    ('3 - Moderate', 'standard', 3, false, 14400, NULL, NULL, 3),
    ('4 - Low', 'scheduled-service', 4, false, NULL, 1, NULL, 10);

CREATE TEMP TABLE states (state VARCHAR, status VARCHAR, waits VARCHAR);
INSERT INTO states VALUES
    ('New', 'new', NULL), ('Active', 'open', NULL), ('Awaiting User Info', 'pending', 'customer'),
    ('Awaiting Evidence', 'pending', 'customer'), ('Awaiting Vendor', 'pending', 'vendor'),
    ('Awaiting Problem', 'pending', 'schedule'), ('Resolved', 'resolved', NULL),
    ('Closed', 'closed', NULL);

CREATE TEMP TABLE days AS
SELECT day,
    epoch(day::TIMESTAMP AT TIME ZONE 'Europe/Warsaw')::BIGINT AS midnight,
    isodow(day) < 6 AND strftime(day, '%m-%d') NOT IN ('01-01', '12-25', '12-26') AS works,
    count(*) FILTER (works) OVER (ORDER BY day) AS number
FROM (SELECT unnest(generate_series(DATE '1999-12-01', DATE '2020-01-01', INTERVAL 1 DAY))::DATE AS day);

-- Open time as a staircase: the seconds that were open before each opening.
CREATE TEMP TABLE office AS
SELECT number,
    epoch((day + INTERVAL 8 HOUR) AT TIME ZONE 'Europe/Warsaw')::BIGINT AS opens,
    epoch((day + INTERVAL 16 HOUR) AT TIME ZONE 'Europe/Warsaw')::BIGINT AS closes,
    sum(closes - opens) OVER (ORDER BY day)::BIGINT AS after,
    after - (closes - opens) AS before
FROM days WHERE works;

-- The log.

CREATE TEMP TABLE log AS
SELECT number AS incident,
    row_number() OVER () AS place,
    epoch(strptime(sys_updated_at, '%d/%m/%Y %H:%M'))::BIGINT AS moment,
    epoch(strptime(opened_at, '%d/%m/%Y %H:%M'))::BIGINT AS opened,
    incident_state AS state, priority, contact_type IN ('Phone', 'IVR') AS live,
    coalesce(nullif(upper(replace(concat_ws('-', nullif(category, '?'), nullif(subcategory, '?')), ' ', '-')), ''),
        '(none)') AS code
FROM read_csv(getvariable('log'), header = true, all_varchar = true, delim = ',', quote = '"');

-- What each incident was after each of its rows; at first it was new.
CREATE TEMP TABLE steps AS
WITH known AS (
    SELECT incident, moment, opened, live, code, p.priority,
        row_number() OVER w AS step,
        -- A state that nobody knows leaves it as it was.
        last_value(s.state IGNORE NULLS) OVER w AS state
    FROM log JOIN priorities p ON p.told = log.priority LEFT JOIN states s USING (state)
    WINDOW w AS (PARTITION BY incident ORDER BY moment, place)
), all_steps AS (
    SELECT incident, step, moment, coalesce(status, 'new') AS status, waits, priority, code, live
    FROM known LEFT JOIN states USING (state)
    UNION ALL
    SELECT incident, 0, least(opened, moment), 'new', NULL, priority, code, live FROM known WHERE step = 1
)
SELECT *, status IN ('resolved', 'closed') AS solved,
    lag(status) OVER w AS before,
    coalesce(before IN ('resolved', 'closed'), false) AS was_solved,
    lag(waits) OVER w AS waited
FROM all_steps
WHERE moment <= getvariable('now')
WINDOW w AS (PARTITION BY incident ORDER BY step);

CREATE TEMP TABLE created AS
SELECT incident, moment, priority, code, live FROM steps
WHERE step = 0;

CREATE TEMP TABLE deeds AS
SELECT incident, step, moment, priority, code,
    CASE WHEN step = 0 THEN 'created' WHEN solved THEN 'resolved' ELSE 'reopened' END AS deed,
    moment >= getvariable('period_from') AND moment < getvariable('until') AS counts
FROM steps WHERE step = 0 OR solved <> was_solved;

-- Stretches of one state: worked on, waiting, solved. The last one of each incident lasts.
CREATE TEMP TABLE stretches AS
SELECT incident, step, moment AS since, lead(moment) OVER (PARTITION BY incident ORDER BY step) AS till, solved,
    coalesce(waits IN ('customer', 'schedule'), false) AS stops
FROM steps
WHERE step = 0 OR solved <> was_solved OR waits IS DISTINCT FROM waited;

-- Open time before every instant that a stretch may begin or end with.
CREATE TEMP TABLE clock AS
SELECT t.moment, coalesce(o.before + least(t.moment, o.closes) - o.opens, 0) AS open
FROM (SELECT since AS moment FROM stretches UNION SELECT getvariable('last')) t
ASOF LEFT JOIN office o ON t.moment >= o.opens;

-- The state at the end.
CREATE TEMP TABLE standing AS
SELECT incident, arg_max(moment, step) AS touched, arg_max(status, step) AS status,
    arg_max(priority, step) AS priority, min(moment) AS created, arg_max(solved, step) AS solved
FROM steps WHERE moment < getvariable('until') GROUP BY incident;

-- section flow 1
WITH size AS (
    SELECT (to_timestamp(getvariable('period_from')) AT TIME ZONE 'Europe/Warsaw')::DATE AS first,
        (to_timestamp(getvariable('until')) AT TIME ZONE 'Europe/Warsaw')::DATE - first AS whole
), edges AS (
    SELECT day::VARCHAR AS label, greatest(midnight, getvariable('period_from')) AS since,
        least(lead(midnight, 1, 9e15::BIGINT) OVER (ORDER BY day), getvariable('until')) AS till
    FROM days, size
    WHERE day >= first AND (day = first OR CASE
        WHEN whole <= 92 THEN true WHEN whole <= 731 THEN isodow(day) = 1 ELSE day(day) = 1 END)
    QUALIFY midnight < getvariable('until')
), counted AS (
    SELECT label, since, till, count(*) FILTER (deed = 'created') AS created,
        count(*) FILTER (deed = 'resolved') AS resolved, count(*) FILTER (deed = 'reopened') AS reopened
    FROM edges LEFT JOIN deeds ON moment >= since AND moment < till
    GROUP BY ALL
), turns AS (
    SELECT moment, sum(sum(CASE deed WHEN 'resolved' THEN -1 ELSE 1 END)) OVER (ORDER BY moment) AS open
    FROM deeds GROUP BY moment
), pairs AS (
    SELECT c.*, coalesce(b.open, 0)::BIGINT AS backlog, coalesce(a.open, 0)::BIGINT AS ahead
    FROM counted c ASOF LEFT JOIN turns b ON c.till > b.moment ASOF LEFT JOIN turns a ON c.since > a.moment
)
SELECT label, sum(created)::BIGINT AS created, sum(resolved)::BIGINT AS resolved,
    sum(reopened)::BIGINT AS reopened, 0 AS cancelled,
    arg_max(backlog, since) - arg_min(ahead, since) AS net, arg_max(backlog, since) AS backlog
FROM pairs GROUP BY GROUPING SETS ((label), ()) ORDER BY label;

CREATE TEMP TABLE volume AS
SELECT code, count(*) FILTER (deed = 'created') AS created, count(*) FILTER (deed = 'resolved') AS resolved,
    count(*) FILTER (deed = 'closed') AS closed, 0 AS cancelled
FROM (
    SELECT code, deed FROM deeds WHERE counts
    UNION ALL
    SELECT code, 'closed' FROM steps
    WHERE status = 'closed' AND before IS DISTINCT FROM 'closed'
        AND moment >= getvariable('period_from') AND moment < getvariable('until')
) GROUP BY code;

-- section volume-type 1
SELECT word AS type, sum(created)::BIGINT AS created, sum(resolved)::BIGINT AS resolved,
    sum(closed)::BIGINT AS closed, 0 AS cancelled
FROM volume, (VALUES ('action'), (NULL)) AS types(word) GROUP BY word ORDER BY word;

-- section volume-code 1
(SELECT code, created, resolved, closed, cancelled FROM volume
    ORDER BY code = '(none)', created DESC, code LIMIT 10)
UNION ALL
SELECT NULL, sum(created)::BIGINT, sum(resolved)::BIGINT, sum(closed)::BIGINT, 0 FROM volume;

-- section response 1
SELECT priority, 0 AS n, NULL AS median, NULL AS p90, NULL AS mean, NULL AS values,
    count(*) FILTER (live) AS at_once, count(*) FILTER (NOT live) AS unanswered
FROM created JOIN priorities p USING (priority)
WHERE moment >= getvariable('period_from') AND moment < getvariable('until')
GROUP BY GROUPING SETS ((priority), ()) ORDER BY min(rank);

CREATE TEMP TABLE lengths (place INT, label VARCHAR, above BIGINT);
INSERT INTO lengths VALUES (0, 'under 15 minutes', 0), (1, '15 minutes to 1 hour', 900),
    (2, '1 to 4 hours', 3600), (3, '4 to 8 hours', 14400), (4, '8 to 24 hours', 28800),
    (5, '1 to 3 days', 86400), (6, '3 to 7 days', 259200), (7, '7 to 30 days', 604800),
    (8, '30 days and more', 2592000);

-- section response-distribution 1
SELECT label, count(incident) AS tickets
FROM lengths LEFT JOIN created
    ON place = 0 AND live AND moment >= getvariable('period_from') AND moment < getvariable('until')
GROUP BY GROUPING SETS ((label), ()) ORDER BY min(place);

-- The last resolution of what is solved at the end, and the time worked until then.
CREATE TEMP TABLE worked AS
WITH final AS (
    SELECT incident, max(moment) AS moment, arg_max(d.priority, d.step) AS priority
    FROM deeds d JOIN standing s USING (incident)
    WHERE deed = 'resolved' AND moment < getvariable('until') AND s.solved
    GROUP BY incident HAVING max(moment) >= getvariable('period_from')
)
SELECT f.incident, f.priority,
    coalesce(sum(CASE WHEN p.always THEN s.till - s.since ELSE b.open - a.open END), 0)::BIGINT AS seconds
FROM final f JOIN priorities p USING (priority)
LEFT JOIN stretches s ON s.incident = f.incident AND s.till <= f.moment AND NOT s.solved AND NOT s.stops
LEFT JOIN clock a ON a.moment = s.since
LEFT JOIN clock b ON b.moment = s.till
GROUP BY f.incident, f.priority;

-- section resolution 1
WITH pairs AS (
    SELECT priority, seconds FROM worked
    UNION ALL
    SELECT priority, NULL FROM standing WHERE NOT solved
)
SELECT priority, count(seconds) AS n,
    CASE WHEN n >= 10 THEN quantile_disc(seconds, 0.5) END AS median,
    CASE WHEN n >= 10 THEN quantile_disc(seconds, 0.9) END AS p90,
    CASE WHEN n >= 10 THEN (2000 * sum(seconds) + n) // (2 * n) / 1000 END AS mean,
    CASE WHEN n BETWEEN 1 AND 9 THEN list(seconds ORDER BY seconds) FILTER (seconds IS NOT NULL) END AS values,
    count(*) - n AS unresolved
FROM pairs JOIN priorities p USING (priority)
GROUP BY GROUPING SETS ((priority), ()) ORDER BY min(rank);

-- section resolution-distribution 1
WITH counted AS (
    SELECT label, count(*) AS tickets FROM worked ASOF JOIN lengths ON seconds >= above GROUP BY label
)
SELECT label, coalesce(sum(tickets), 0)::BIGINT AS tickets
FROM lengths LEFT JOIN counted USING (label)
GROUP BY GROUPING SETS ((label), ()) ORDER BY min(place);

-- The priorities of an incident, each from an instant on until another.
CREATE TEMP TABLE terms AS
WITH each_instant AS (
    SELECT incident, moment, arg_max(priority, step) AS priority FROM steps
    WHERE moment < getvariable('until') GROUP BY incident, moment
), changes AS (
    SELECT * FROM each_instant
    QUALIFY priority IS DISTINCT FROM lag(priority) OVER (PARTITION BY incident ORDER BY moment)
)
SELECT incident, priority, moment AS since, lead(moment) OVER w AS till, row_number() OVER w AS term
FROM changes WINDOW w AS (PARTITION BY incident ORDER BY moment);

-- Clocks: those that run from the record on, and where they end if they do. A call that was taken
-- is an answer at once.
CREATE TEMP TABLE clocks AS
WITH over AS (
    SELECT incident, max(since) FILTER (st.solved AND since < getvariable('until')) AS moment
    FROM stretches st JOIN standing USING (incident)
    WHERE standing.solved GROUP BY incident
)
SELECT c.incident, which, c.moment AS created, over.moment AS over, coalesce(over.moment, getvariable('last')) AS till,
    which = 'resolution' AS counts
FROM created c LEFT JOIN over USING (incident), (VALUES ('resolution'), ('first-response')) AS w(which)
WHERE c.moment < getvariable('until') AND NOT (c.live AND which = 'first-response');

-- The stretches that count for a clock, with the plain and the open time counted before each.
CREATE TEMP TABLE counted AS
SELECT k.incident, which, s.since, a.open AS open_since,
    least(coalesce(s.till, k.till), k.till) - s.since AS plain, b.open - a.open AS open,
    coalesce(sum(plain) OVER w, 0) AS plain_before, coalesce(sum(b.open - a.open) OVER w, 0) AS open_before
FROM clocks k JOIN stretches s ON s.incident = k.incident AND s.since < k.till
    AND NOT s.solved AND NOT (s.stops AND which = 'resolution')
JOIN clock a ON a.moment = s.since
JOIN clock b ON b.moment = least(coalesce(s.till, k.till), k.till)
WINDOW w AS (PARTITION BY k.incident, which ORDER BY s.step ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING);

-- For each term its budget, and when it is used up: the first that passes in its term is missed.
CREATE TEMP TABLE decided AS
WITH asked AS (
    SELECT k.*, t.priority, t.since, t.term, least(coalesce(t.till, k.till), k.till) AS edge, p.always,
        CASE which WHEN 'resolution' THEN resolution_seconds ELSE response_seconds END AS seconds,
        CASE which WHEN 'resolution' THEN resolution_days ELSE response_days END AS days
    FROM clocks k JOIN terms t ON t.incident = k.incident AND t.since <= k.till
    JOIN priorities p USING (priority)
), budgets AS (
    SELECT a.* EXCLUDE (seconds), coalesce(seconds, closing.after - begun.open) AS budget
    FROM asked a
    ASOF JOIN days d ON a.created >= d.midnight
    LEFT JOIN office closing ON closing.number = d.number + a.days
    JOIN clock begun ON begun.moment = a.created
), used AS (
    SELECT b.incident, b.which, b.term,
        min(CASE WHEN always THEN c.since + budget - plain_before END) AS plain_due,
        min(CASE WHEN NOT always THEN open_since + budget - open_before END) AS open_due
    FROM budgets b JOIN counted c ON c.incident = b.incident AND c.which = b.which
        AND CASE WHEN always THEN plain_before < budget AND budget <= plain_before + plain
            ELSE open_before < budget AND budget <= open_before + open END
    GROUP BY ALL
), dues AS (
    SELECT u.incident, u.which, u.term, coalesce(plain_due, o.opens + open_due - o.before) AS due
    FROM used u ASOF LEFT JOIN office o ON u.open_due > o.before
), missed AS (
    SELECT incident, which, arg_min(greatest(due, since), term) AS missed
    FROM budgets JOIN dues USING (incident, which, term)
    WHERE due < edge GROUP BY incident, which
), outcomes AS (
    SELECT k.incident, which, CASE
            WHEN missed IS NOT NULL THEN 'missed' WHEN over IS NULL THEN 'running'
            WHEN counts THEN 'met' END AS outcome,
        coalesce(missed, over, getvariable('last')) AS moment
    FROM clocks k LEFT JOIN missed USING (incident, which)
    WHERE outcome IS NOT NULL
    UNION ALL
    SELECT incident, 'first-response', 'met', moment FROM created WHERE live AND moment < getvariable('until')
)
SELECT o.which, o.outcome, t.priority
FROM outcomes o ASOF JOIN terms t ON o.incident = t.incident AND o.moment >= t.since
WHERE outcome = 'running' OR o.moment >= getvariable('period_from');

-- section sla-first-response 1
SELECT priority, count(*) FILTER (outcome = 'met') AS met, count(*) FILTER (outcome = 'missed') AS missed,
    CASE WHEN met + missed > 0 THEN met / (met + missed) END AS attainment,
    count(*) FILTER (outcome = 'running') AS running
FROM decided JOIN priorities p USING (priority) WHERE which = 'first-response'
GROUP BY GROUPING SETS ((priority), ()) ORDER BY min(rank);

-- section sla-resolution 1
SELECT priority, count(*) FILTER (outcome = 'met') AS met, count(*) FILTER (outcome = 'missed') AS missed,
    CASE WHEN met + missed > 0 THEN met / (met + missed) END AS attainment,
    count(*) FILTER (outcome = 'running') AS running
FROM decided JOIN priorities p USING (priority) WHERE which = 'resolution'
GROUP BY GROUPING SETS ((priority), ()) ORDER BY min(rank);

-- section backlog-age 1
WITH ages (place, label, above) AS (
    VALUES (0, 'up to 1 day', 0), (1, '1 to 3 days', 1), (2, '3 to 7 days', 3), (3, '7 to 14 days', 7),
        (4, '14 to 30 days', 14), (5, '30 to 90 days', 30), (6, 'over 90 days', 90)
), aged AS (
    SELECT least(getvariable('now'), getvariable('until')) - created AS age, status = 'pending' AS waits,
        getvariable('last') - touched >= 604800 AS quiet
    FROM standing WHERE NOT solved
), placed AS (
    SELECT label, age, waits, quiet FROM aged ASOF JOIN ages ON age >= 86400 * above
)
SELECT label, count(age) AS open, count(*) FILTER (waits) AS waiting, count(*) FILTER (quiet) AS quiet,
    max(age) AS oldest
FROM ages LEFT JOIN placed USING (label)
GROUP BY GROUPING SETS ((label), ()) ORDER BY min(place);

-- section reopens 0
WITH firsts AS (
    SELECT incident, min(moment) AS moment FROM deeds WHERE deed = 'resolved' AND counts GROUP BY incident
), limits AS (
    -- The same time of day on the fifth working day, moved into its hours.
    SELECT incident, f.moment, least(greatest(o.opens - 28800 + epoch((to_timestamp(f.moment) AT TIME ZONE 'Europe/Warsaw')::TIME)::BIGINT,
        o.opens), o.closes) AS edge
    FROM firsts f ASOF JOIN days d ON f.moment >= d.midnight JOIN office o ON o.number = d.number + 5
), judged AS (
    SELECT l.incident, edge, bool_or(d.moment IS NOT NULL) AS again
    FROM limits l LEFT JOIN deeds d
        ON d.incident = l.incident AND d.deed = 'reopened' AND d.moment >= l.moment AND d.moment <= l.edge
    GROUP BY ALL
)
SELECT count(*) AS resolved, count(*) FILTER (again) AS reopened,
    CASE WHEN resolved > 0 THEN count(*) FILTER (again) / count(*) END AS rate,
    count(*) FILTER (NOT again AND edge > getvariable('now')) AS undecided,
    (SELECT count(*) FROM deeds WHERE deed = 'reopened' AND counts) AS reopenings, 0 AS followed
FROM judged;
