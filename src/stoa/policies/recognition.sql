-- Revenue of stand-ready obligations, earned evenly by day (policy ratable_schedule; ASC 606-10-25-14(b), 25-31, 55-17).
--
-- Reads   obligations(obligation, currency, product, price_minor, start_day, end_day)
--           one promise of a contract with its part of the price; end_day is the day after the last.
--         periods(period, first_day, end_day)
-- Returns one row an obligation and period in which it is served:
--         obligation, currency, product, period, opening_minor (unearned when the period begins), begun_minor (price of
--         what begins in it), recognized_minor, closing_minor (unearned when it ends)
--         opening + begun - recognized = closing.
-- Uses    elapsed_days, earned_to_date (functions.sql)

WITH served AS (
    -- Rows outside the period go first: nothing is measured that is not served in it.
    SELECT obligation.obligation, obligation.currency, obligation.product, obligation.price_minor,
           obligation.start_day, obligation.end_day, period.period, period.first_day, period.end_day AS until_day
    FROM obligations AS obligation
    JOIN periods AS period
      ON obligation.start_day < period.end_day AND greatest(obligation.end_day, obligation.start_day + 1) > period.first_day
),

measured AS (
    SELECT *, greatest(end_day - start_day, 1) AS term,
           elapsed_days(start_day, end_day, first_day) AS elapsed_before,
           elapsed_days(start_day, end_day, until_day) AS elapsed
    FROM served
),

earned AS (
    SELECT *, earned_to_date(price_minor, elapsed_before, term) AS earned_before,
           earned_to_date(price_minor, elapsed, term) AS earned
    FROM measured
)

SELECT obligation, currency, product, period,
       CASE WHEN start_day < first_day THEN price_minor - earned_before ELSE 0 END AS opening_minor,
       CASE WHEN start_day < first_day THEN 0 ELSE price_minor END AS begun_minor,
       earned - earned_before AS recognized_minor,
       price_minor - earned AS closing_minor
FROM earned
