-- Revenue of stand-ready obligations, earned evenly by day (policy ratable_schedule; ASC 606-10-25-14(b), 25-31, 55-17).
--
-- Reads   obligations(obligation, currency, product, price_minor, start_day, end_day)
--           one promise of a contract with its part of the price; end_day is the day after the last, later than start_day.
-- Returns one row an obligation that is served in the period:
--         obligation, currency, product, opening_minor (unearned when the period begins), begun_minor (price of what
--         begins in it), recognized_minor, closing_minor (unearned when it ends)
--         opening + begun - recognized = closing.
-- Uses    period_start(), period_end() (the day after the last), elapsed_days, earned_to_date (functions.sql)

WITH served AS (
    -- Rows outside the period go first: nothing is measured that is not served in it.
    SELECT obligation, currency, product, price_minor, start_day, end_day, end_day - start_day AS term
    FROM obligations
    WHERE start_day < period_end() AND end_day > period_start()
),

earned AS (
    SELECT obligation, currency, product, price_minor, start_day >= period_start() AS begins,
           earned_to_date(price_minor, elapsed_days(start_day, end_day, period_start()), term) AS earned_before,
           earned_to_date(price_minor, elapsed_days(start_day, end_day, period_end()), term) AS earned
    FROM served
)

SELECT obligation, currency, product,
       CASE WHEN begins THEN 0 ELSE price_minor - earned_before END AS opening_minor,
       CASE WHEN begins THEN price_minor ELSE 0 END AS begun_minor,
       earned - earned_before AS recognized_minor,
       price_minor - earned AS closing_minor
FROM earned
