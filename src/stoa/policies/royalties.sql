-- Fees of educator partners, in the period of the revenue (policy partner_fees; ASC 705-10-25-1).
--
-- Reads   revenue(agreement, currency, day, amount_minor, units)            revenue recognized, taxes excluded
--         periods(period, first_day, end_day)                               every period from the agreement's first
--         terms(agreement, first_day, end_day, tier_basis, fund_share)      the terms that hold on a period's last day
--         deductions(agreement, first_day, position, kind, amount)          in the order 1, 2, 3 of their terms
--         tiers(agreement, first_day, above_minor, until_minor, rate)       each rate holds inside its own tier
--         opening(agreement, base_minor)                                    base that counted before the first row
--           kind is share_of_gross, share_of_rest, per_unit (minor units each) or amount (minor units);
--           tier_basis is agreement, year or period; shares and rates are DECIMAL(7, 6): six places are exact.
-- Returns agreement, currency, period, revenue_minor, base_minor (rounded, to be read), fee_minor, fund_minor, payable_minor
--
-- Nothing is rounded before the fee: the base carries twelve places, the fee eighteen; so at most two of the deductions
-- are shares of the rest. A base is never below zero. Fees are rounded half up on the running total of an agreement, and
-- a period is the difference of two. An engine refuses fees of 10^12 minor units or more.

WITH daily AS (
    -- Rows become days first: what follows handles days of agreements, not rows.
    SELECT agreement, currency, day, sum(amount_minor) AS amount_minor, sum(units) AS units
    FROM revenue
    GROUP BY agreement, currency, day
),

gross AS (
    SELECT daily.agreement, daily.currency, period.period, period.first_day, period.end_day,
           CAST(sum(daily.amount_minor) AS DECIMAL(18, 0)) AS revenue_minor,
           CAST(sum(daily.units) AS DECIMAL(18, 0)) AS units
    FROM daily
    JOIN periods AS period ON daily.day >= period.first_day AND daily.day < period.end_day
    GROUP BY daily.agreement, daily.currency, period.period, period.first_day, period.end_day
),

agreed AS (
    -- The terms of the period's last day.
    SELECT gross.*, terms.first_day AS terms_day, terms.tier_basis, terms.fund_share,
           year(DATE '1970-01-01' + CAST(gross.end_day - 1 AS INTEGER)) AS fiscal_year
    FROM gross
    JOIN terms ON terms.agreement = gross.agreement
              AND terms.first_day < gross.end_day AND terms.end_day >= gross.end_day
),

ordered AS (
    -- Each deduction in its place; an empty place takes nothing.
    SELECT agreement, first_day,
           max(CASE WHEN position = 1 THEN kind END) AS kind_1, max(CASE WHEN position = 1 THEN amount END) AS amount_1,
           max(CASE WHEN position = 2 THEN kind END) AS kind_2, max(CASE WHEN position = 2 THEN amount END) AS amount_2,
           max(CASE WHEN position = 3 THEN kind END) AS kind_3, max(CASE WHEN position = 3 THEN amount END) AS amount_3
    FROM deductions
    GROUP BY agreement, first_day
),

first_taken AS (
    SELECT agreed.*, kind_2, amount_2, kind_3, amount_3,
           CAST(revenue_minor - least(revenue_minor, CAST(CASE kind_1
               WHEN 'share_of_gross' THEN revenue_minor * CAST(amount_1 AS DECIMAL(7, 6))
               WHEN 'share_of_rest' THEN revenue_minor * CAST(amount_1 AS DECIMAL(7, 6))
               WHEN 'per_unit' THEN units * amount_1
               WHEN 'amount' THEN amount_1
               ELSE 0 END AS DECIMAL(24, 6))) AS DECIMAL(24, 6)) AS rest_1
    FROM agreed
    LEFT JOIN ordered ON ordered.agreement = agreed.agreement AND ordered.first_day = agreed.terms_day
),

second_taken AS (
    SELECT *,
           CAST(rest_1 - least(rest_1, CAST(CASE kind_2
               WHEN 'share_of_gross' THEN revenue_minor * CAST(amount_2 AS DECIMAL(7, 6))
               WHEN 'share_of_rest' THEN rest_1 * CAST(amount_2 AS DECIMAL(7, 6))
               WHEN 'per_unit' THEN units * amount_2
               WHEN 'amount' THEN amount_2
               ELSE 0 END AS DECIMAL(30, 12))) AS DECIMAL(26, 12)) AS rest_2
    FROM first_taken
),

third_taken AS (
    SELECT *,
           CAST(rest_2 - least(rest_2, CAST(CASE kind_3
               WHEN 'share_of_gross' THEN revenue_minor * CAST(amount_3 AS DECIMAL(7, 6))
               WHEN 'share_of_rest' THEN rest_2 * CAST(amount_3 AS DECIMAL(7, 6))
               WHEN 'per_unit' THEN units * amount_3
               WHEN 'amount' THEN amount_3
               ELSE 0 END AS DECIMAL(30, 12))) AS DECIMAL(26, 12)) AS base
    FROM second_taken
),

restarted AS (
    -- What counts for tiers begins anew with each period, or each year, where the terms say so.
    SELECT *,
           sum(CASE WHEN tier_basis = 'period' OR (tier_basis = 'year' AND fiscal_year <> year_before) THEN 1 ELSE 0 END)
               OVER (PARTITION BY agreement, currency ORDER BY first_day ROWS UNBOUNDED PRECEDING) AS restart
    FROM (SELECT *, lag(fiscal_year) OVER (PARTITION BY agreement, currency ORDER BY first_day) AS year_before
          FROM third_taken) AS dated
),

counted AS (
    SELECT restarted.*,
           CAST(sum(base) OVER (PARTITION BY restarted.agreement, currency, restart ORDER BY first_day
                                ROWS UNBOUNDED PRECEDING)
                + CASE WHEN restart = 0 THEN coalesce(opening.base_minor, 0) ELSE 0 END AS DECIMAL(26, 12)) AS counts_until
    FROM restarted
    LEFT JOIN opening ON opening.agreement = restarted.agreement
),

fees AS (
    -- The part of the base that lies inside each tier, times its rate.
    SELECT counted.agreement, counted.currency, counted.period, counted.first_day, counted.revenue_minor, counted.base,
           counted.fund_share,
           CAST(sum(CAST(CAST(greatest(least(counts_until, coalesce(tier.until_minor, counts_until))
                                       - greatest(counts_until - base, tier.above_minor), 0) AS DECIMAL(26, 12))
                         * tier.rate AS DECIMAL(34, 18))) AS DECIMAL(38, 18)) AS fee
    FROM counted
    JOIN tiers AS tier ON tier.agreement = counted.agreement AND tier.first_day = counted.terms_day
    GROUP BY counted.agreement, counted.currency, counted.period, counted.first_day, counted.revenue_minor, counted.base,
             counted.fund_share
),

to_date AS (
    SELECT *,
           CAST(round(sum(fee) OVER so_far, 0) AS BIGINT) AS fee_to_date,
           CAST(round(sum(CAST(fee AS DECIMAL(30, 18)) * fund_share) OVER so_far, 0) AS BIGINT)
               AS fund_to_date
    FROM fees
    WINDOW so_far AS (PARTITION BY agreement, currency ORDER BY first_day ROWS UNBOUNDED PRECEDING)
),

differences AS (
    SELECT *,
           fee_to_date - coalesce(lag(fee_to_date) OVER in_order, 0) AS fee_minor,
           fund_to_date - coalesce(lag(fund_to_date) OVER in_order, 0) AS fund_minor
    FROM to_date
    WINDOW in_order AS (PARTITION BY agreement, currency ORDER BY first_day)
)

SELECT agreement, currency, period, CAST(revenue_minor AS BIGINT) AS revenue_minor,
       CAST(round(base, 0) AS BIGINT) AS base_minor, fee_minor, fund_minor, fee_minor - fund_minor AS payable_minor
FROM differences
