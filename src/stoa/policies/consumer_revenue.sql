-- Consumer revenue from a single course (ASC 606; version 1).
--
-- A learner pays a fixed price up front and may use one course for a term of days [start_day, end_day).
-- The promise is a stand-ready series of distinct daily services (606-10-25-14(b), 55-184), satisfied over time
-- because she receives and uses it day by day (25-27(a)); elapsed days measure progress (25-31, 55-17).
-- Taxes are excluded from the price (32-2A). Payment before service is a contract liability (45-2).
-- A refund lowers the transaction price; what was recognized is adjusted at once (32-43, 32-44).
--
-- Reads   documents(document, contract, is_receipt, currency, product, partner, counts_from_day, effective_day,
--                   start_day, end_day, price_minor, tax_minor, fee_minor, is_restated)
--           amounts of a refund are negative; contract is the receipt's document, NULL while that is unknown;
--           is_restated: the contract has a document that came after its month was locked.
--         cuts(cut, sign, is_late, day, counts_until_day, year_later_day)
--           balances are taken at the beginning of each day, from documents that count by then, and added up
--           with their sign: closing minus opening is the movement of a period.
-- Returns document, currency, product, partner, is_late, account, activity, belongs_from_day, amount_minor
--           (debit positive); activity is sale, service, refund or reclassification.
--
-- Days are days since 1970-01-01. Earned to date = (2 * price * elapsed + term) // (2 * term): rounded half up
-- once, on the running total, so that every cut of time adds up to the price.

WITH known AS (
    -- What each cut knows: documents that count by then and have happened by then.
    SELECT cut.cut, cut.sign, cut.is_late, cut.day, cut.year_later_day, document.*
    FROM cuts AS cut
    JOIN documents AS document
      ON document.counts_from_day <= cut.counts_until_day AND document.effective_day < cut.day
    WHERE NOT cut.is_late OR document.is_restated
),

refunds AS (
    -- The contract's price before and after each refund. What no receipt stands behind stays in suspense.
    SELECT refund.cut, refund.sign, refund.is_late, refund.day, refund.year_later_day,
           refund.document, refund.contract, refund.currency, refund.product, refund.partner,
           refund.effective_day, refund.price_minor, refund.tax_minor, refund.fee_minor,
           coalesce(receipt.start_day, refund.effective_day) AS start_day,
           coalesce(receipt.end_day, refund.effective_day) AS end_day,
           greatest(coalesce(receipt.price_minor, 0) + sum(refund.price_minor) OVER so_far - refund.price_minor, 0)
               AS price_before,
           greatest(coalesce(receipt.price_minor, 0) + sum(refund.price_minor) OVER so_far, 0) AS price_after,
           refund.effective_day AS from_day,
           coalesce(lead(refund.effective_day) OVER in_order, refund.day) AS until_day
    FROM known AS refund
    LEFT JOIN known AS receipt ON receipt.cut = refund.cut AND receipt.document = refund.contract
    WHERE NOT refund.is_receipt
    WINDOW in_order AS (PARTITION BY refund.cut, refund.contract, receipt.document IS NULL
                        ORDER BY refund.effective_day, refund.document),
           so_far AS (PARTITION BY refund.cut, refund.contract, receipt.document IS NULL
                      ORDER BY refund.effective_day, refund.document
                      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
),

first_refunds AS (
    SELECT cut, contract, min(effective_day) AS effective_day FROM refunds GROUP BY cut, contract
),

steps AS (
    -- A contract is a row of steps: the receipt sets the price, each refund lowers it from its day on.
    SELECT receipt.sign, receipt.is_late, receipt.is_receipt, receipt.document, receipt.currency, receipt.product, receipt.partner,
           receipt.price_minor, receipt.tax_minor, receipt.fee_minor, receipt.start_day, receipt.end_day,
           least(receipt.start_day, receipt.effective_day) AS first_day, receipt.year_later_day,
           CAST(0 AS BIGINT) AS price_before, receipt.price_minor AS price_after,
           receipt.start_day AS from_day, least(receipt.day, coalesce(refund.effective_day, receipt.day)) AS until_day
    FROM known AS receipt
    LEFT JOIN first_refunds AS refund ON refund.cut = receipt.cut AND refund.contract = receipt.document
    WHERE receipt.is_receipt
    UNION ALL
    SELECT sign, is_late, FALSE, document, currency, product, partner,
           price_minor, tax_minor, fee_minor, start_day, end_day,
           least(start_day, effective_day), year_later_day,
           CAST(price_before AS BIGINT), CAST(price_after AS BIGINT), from_day, until_day
    FROM refunds
),

measured AS (
    -- A term without days is served on the day it starts.
    SELECT *,
           CAST(greatest(end_day - start_day, 1) AS BIGINT) AS term,
           CAST(least(greatest(from_day - start_day, 0), greatest(end_day - start_day, 1)) AS BIGINT) AS elapsed_from,
           CAST(least(greatest(until_day - start_day, 0), greatest(end_day - start_day, 1)) AS BIGINT) AS elapsed,
           CAST(least(greatest(year_later_day - start_day, 0), greatest(end_day - start_day, 1)) AS BIGINT)
               AS elapsed_in_a_year
    FROM steps
),

valued AS (
    SELECT sign, is_late, is_receipt, document, currency, product, partner, first_day,
           price_minor, tax_minor, fee_minor, price_after - price_before AS price_change,
           -- Earned in the days of this step, at its price.
           (2 * price_after * elapsed + term) // (2 * term)
               - (2 * price_after * elapsed_from + term) // (2 * term) AS served,
           -- Earned before it, at a price that has changed since.
           (2 * price_after * elapsed_from + term) // (2 * term)
               - (2 * price_before * elapsed_from + term) // (2 * term) AS corrected,
           -- What will be earned later than twelve months from the cut is not current.
           (price_after - (2 * price_after * elapsed_in_a_year + term) // (2 * term))
               - (price_before - (2 * price_before * elapsed_in_a_year + term) // (2 * term)) AS non_current
    FROM measured
),

movements AS (
    SELECT document, currency, product, partner, is_late, min(first_day) AS first_day,
           CASE WHEN is_receipt THEN 'sale' ELSE 'refund' END AS event,
           CAST(sum(sign * (price_minor + tax_minor - fee_minor)) AS BIGINT) AS clearing,
           CAST(sum(sign * fee_minor) AS BIGINT) AS fees,
           CAST(sum(sign * -tax_minor) AS BIGINT) AS tax,
           CAST(sum(sign * -price_change) AS BIGINT) AS promised,
           CAST(sum(sign * (price_change - price_minor)) AS BIGINT) AS suspense,
           CAST(sum(sign * served) AS BIGINT) AS served,
           CAST(sum(sign * corrected) AS BIGINT) AS corrected,
           CAST(sum(sign * non_current) AS BIGINT) AS non_current
    FROM valued
    GROUP BY document, currency, product, partner, is_late, is_receipt
)

SELECT document, currency, product, partner, is_late, 'processor_clearing' AS account, event AS activity,
       first_day AS belongs_from_day, clearing AS amount_minor FROM movements WHERE clearing <> 0
UNION ALL
SELECT document, currency, product, partner, is_late, 'processing_fees', event, first_day, fees
FROM movements WHERE fees <> 0
UNION ALL
SELECT document, currency, product, partner, is_late, 'sales_tax_payable', event, first_day, tax
FROM movements WHERE tax <> 0
UNION ALL
SELECT document, currency, product, partner, is_late, 'suspense', event, first_day, suspense
FROM movements WHERE suspense <> 0
UNION ALL
SELECT document, currency, product, partner, is_late, 'contract_liability', event, first_day, promised + corrected
FROM movements WHERE promised + corrected <> 0
UNION ALL
SELECT document, currency, product, partner, is_late, 'revenue', event, first_day, -corrected
FROM movements WHERE corrected <> 0
UNION ALL
SELECT document, currency, product, partner, is_late, 'contract_liability', 'service', first_day, served
FROM movements WHERE served <> 0
UNION ALL
SELECT document, currency, product, partner, is_late, 'revenue', 'service', first_day, -served
FROM movements WHERE served <> 0
UNION ALL
SELECT document, currency, product, partner, is_late, 'contract_liability', 'reclassification', first_day, non_current
FROM movements WHERE non_current <> 0
UNION ALL
SELECT document, currency, product, partner, is_late, 'contract_liability_non_current', 'reclassification',
       first_day, -non_current
FROM movements WHERE non_current <> 0
