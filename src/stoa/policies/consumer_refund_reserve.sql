-- The reserve for refunds that are still expected (ASC 606-10-32-10, 55-22 to 55-29; version 1).
--
-- For some days after payment a learner may have everything back. From history a share of the price is expected
-- to be refunded: it is no revenue and no contract liability but a refund liability, until it is refunded (usage)
-- or the days are over (release). Sales of one day and term are one cohort; the rule for one is the worked policy
-- consumer_refund_reserve. The rate of a sale is the one in force on its day: a new rate changes no earlier sale.
--
-- Reads   documents and cuts, as consumer_revenue.sql describes them, and
--         refund_rates(document, product, rate_millionths, window_days, counts_from_day, effective_day,
--                      void_counts_from_day, void_day)
--           document is the estimate's; void_ columns are NULL while no document takes the estimate back.
-- Returns what consumer_revenue.sql returns; document is the estimate's, activity is provision, usage, release, or
--           service for the part of the reserve that would be revenue by now.
-- Uses    elapsed_days, earned_to_date (functions.sql); a share of the price is rounded as one that is earned

WITH known_rates AS (
    SELECT cut.cut, cut.sign, cut.is_late, cut.day, cut.counts_until_day, rate.document, rate.product,
           rate.rate_millionths, rate.window_days, rate.effective_day,
           lead(rate.effective_day) OVER (PARTITION BY cut.cut, rate.product
                                          ORDER BY rate.effective_day, rate.document) AS until_day
    FROM cuts AS cut
    JOIN refund_rates AS rate
      ON rate.counts_from_day <= cut.counts_until_day AND rate.effective_day < cut.day
    WHERE NOT (coalesce(rate.void_counts_from_day <= cut.counts_until_day, FALSE)
               AND coalesce(rate.void_day < cut.day, FALSE))
),

sales AS (
    -- Receipts whose refund days are not over by the first cut, with the estimate that is in force on their day.
    SELECT rate.cut, rate.sign, rate.is_late, rate.day, rate.document, rate.rate_millionths, rate.window_days,
           receipt.document AS receipt, receipt.currency, receipt.product, receipt.partner,
           receipt.effective_day AS sold_day, receipt.start_day, receipt.end_day, receipt.price_minor
    FROM documents AS receipt
    JOIN known_rates AS rate
      ON rate.product = receipt.product AND receipt.effective_day >= rate.effective_day
     AND receipt.effective_day < coalesce(rate.until_day, rate.day)
     AND receipt.counts_from_day <= rate.counts_until_day AND receipt.effective_day < rate.day
    WHERE receipt.kind = 'receipt' AND receipt.price_minor > 0
      AND receipt.effective_day + rate.window_days >= (SELECT min(day) FROM cuts)
),

refunded AS (
    SELECT sale.cut, sale.receipt, sum(refund.price_minor) AS price_minor
    FROM documents AS refund
    JOIN sales AS sale ON sale.receipt = refund.contract
    JOIN cuts AS cut ON cut.cut = sale.cut AND refund.counts_from_day <= cut.counts_until_day
                    AND refund.effective_day < cut.day
    WHERE refund.kind IN ('refund_paid', 'dispute_lost')
      AND refund.effective_day < sale.sold_day + sale.window_days
    GROUP BY sale.cut, sale.receipt
),

cohorts AS (
    SELECT sale.cut, sale.sign, sale.is_late, sale.day, sale.document, sale.currency, sale.product, sale.partner,
           sale.sold_day, sale.start_day, sale.end_day, sale.rate_millionths, sale.window_days,
           sum(sale.price_minor) AS price, sum(coalesce(refunded.price_minor, 0)) AS refunded
    FROM sales AS sale
    LEFT JOIN refunded ON refunded.cut = sale.cut AND refunded.receipt = sale.receipt
    GROUP BY sale.cut, sale.sign, sale.is_late, sale.day, sale.document, sale.currency, sale.product, sale.partner,
             sale.sold_day, sale.start_day, sale.end_day, sale.rate_millionths, sale.window_days
),

provided AS (
    SELECT *, CAST(earned_to_date(price, rate_millionths, 1000000) AS BIGINT) AS provision FROM cohorts
),

used AS (
    SELECT *, CAST(least(refunded, provision) AS BIGINT) AS usage FROM provided
),

reserves AS (
    SELECT *, CASE WHEN day <= sold_day + window_days THEN CAST(0 AS BIGINT) ELSE provision - usage END AS release,
           CAST(greatest(end_day - start_day, 1) AS BIGINT) AS term,
           elapsed_days(start_day, end_day, day) AS elapsed
    FROM used
),

movements AS (
    SELECT document, currency, product, partner, is_late, min(sold_day) AS first_day,
           CAST(sum(sign * provision) AS BIGINT) AS provision, CAST(sum(sign * usage) AS BIGINT) AS usage,
           CAST(sum(sign * release) AS BIGINT) AS release,
           CAST(sum(sign * earned_to_date(provision - usage - release, elapsed, term)) AS BIGINT) AS unearned
    FROM reserves
    GROUP BY document, currency, product, partner, is_late
)

SELECT document, currency, product, partner, is_late, 'refund_liability' AS account, 'provision' AS activity,
       first_day AS belongs_from_day, -provision AS amount_minor FROM movements WHERE provision <> 0
UNION ALL
SELECT document, currency, product, partner, is_late, 'contract_liability', 'provision', first_day, provision
FROM movements WHERE provision <> 0
UNION ALL
SELECT document, currency, product, partner, is_late, 'refund_liability', 'usage', first_day, usage
FROM movements WHERE usage <> 0
UNION ALL
SELECT document, currency, product, partner, is_late, 'contract_liability', 'usage', first_day, -usage
FROM movements WHERE usage <> 0
UNION ALL
SELECT document, currency, product, partner, is_late, 'refund_liability', 'release', first_day, release
FROM movements WHERE release <> 0
UNION ALL
SELECT document, currency, product, partner, is_late, 'contract_liability', 'release', first_day, -release
FROM movements WHERE release <> 0
UNION ALL
SELECT document, currency, product, partner, is_late, 'contract_liability', 'service', first_day, -unearned
FROM movements WHERE unearned <> 0
UNION ALL
SELECT document, currency, product, partner, is_late, 'revenue', 'service', first_day, unearned
FROM movements WHERE unearned <> 0
