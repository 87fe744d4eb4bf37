-- Consumer revenue: courses, programs and subscriptions (ASC 606; version 2).
--
-- A learner pays a fixed price up front and may use what she bought for a term of days [start_day, end_day): a
-- course for some months, a program or the catalog for the month or year billed.
-- The promise is a stand-ready series of distinct daily services (606-10-25-14(b), 55-184), satisfied over time
-- because she receives and uses it day by day (25-27(a)); elapsed days measure progress (25-31, 55-17).
-- Taxes are excluded from the price (32-2A). Payment before service is a contract liability (45-2), and so is
-- credit that was given or sold and not used yet (55-46). A refund, or a dispute that was lost, lowers the
-- transaction price; what was recognized is adjusted at once (32-43, 32-44). When access ends with it, what is
-- kept is earned by that day.
--
-- Reads   documents(document, contract, kind, currency, product, partner, counts_from_day, effective_day,
--                   start_day, end_day, price_minor, tax_minor, fee_minor, credit_minor, is_restated)
--           amounts as the document states them, zero or more; the kind says which way they go (see kinds below).
--           contract is the receipt's document, NULL while that is unknown; end_day of a refund or a lost dispute
--           is the day on which access ended, NULL when it goes on; is_restated: the contract has a document that
--           came after its month was locked.
--         cuts(cut, sign, is_late, day, counts_until_day, year_later_day)
--           balances are taken at the beginning of each day, from documents that count by then, and added up
--           with their sign: closing minus opening is the movement of a period.
--         periods(sign, is_late, until_cut, until_day, until_counts, until_year_later_day,
--                 from_cut, from_day, from_counts, from_year_later_day)
--           the same cuts in pairs, so that a receipt is valued once a period; from_ lies before all days for a cut by itself.
-- Returns document, currency, product, partner, is_late, account, activity, belongs_from_day, amount_minor
--           (debit positive); activity is sale, service, refund, dispute, credit or reclassification.
--
-- Uses    elapsed_days, earned_to_date (functions.sql): rounded half up once, on the running total, so that every cut
--           of time adds up to the price. Days are days since 1970-01-01.

WITH kinds AS (
    -- Which way the amounts of each kind go: price (and tax), the processor's fee, money that the processor
    -- holds while a dispute is open (price and tax together), and credit that may be used later.
    SELECT * FROM (VALUES
        -- A receipt: price and fee as they are, and what was paid with credit taken from it (see sold below).
        ('refund_paid',     'refund',  -1, -1,  0,  1),
        ('credit_sold',     'credit',   0,  1,  0,  1),
        ('credit_refunded', 'credit',   0, -1,  0, -1),
        ('dispute_opened',  'dispute',  0,  1,  1,  0),
        ('dispute_won',     'dispute',  0, -1, -1,  0),
        ('dispute_lost',    'refund',  -1,  0, -1,  0)
    ) AS given (kind, event, price, fee, held, credit)
),

followers AS (
    -- What follows receipts, as each cut knows it: documents that count by then and have happened by then.
    SELECT cut.cut, cut.sign, cut.is_late, cut.day, cut.counts_until_day, cut.year_later_day, kinds.event,
           document.document, document.contract, document.currency, document.product, document.partner,
           document.effective_day, document.end_day, kinds.price AS price_sign,
           kinds.price * document.price_minor AS price_minor, kinds.price * document.tax_minor AS tax_minor,
           kinds.fee * document.fee_minor AS fee_minor, kinds.credit * document.credit_minor AS credit_minor,
           kinds.held * (document.price_minor + document.tax_minor) AS held_minor
    FROM cuts AS cut
    JOIN documents AS document
      ON document.counts_from_day <= cut.counts_until_day AND document.effective_day < cut.day
    JOIN kinds ON kinds.kind = document.kind
    WHERE document.kind <> 'receipt' AND (NOT cut.is_late OR document.is_restated)
),

refunds AS (
    -- The contract's price and last day before and after each refund. What no receipt stands behind stays in suspense.
    SELECT refund.*,
           coalesce(receipt.start_day, refund.effective_day) AS start_day,
           least(coalesce(receipt.end_day, refund.effective_day),
                 coalesce(min(refund.end_day) OVER before, receipt.end_day, refund.effective_day)) AS end_before,
           least(coalesce(receipt.end_day, refund.effective_day),
                 coalesce(min(refund.end_day) OVER so_far, receipt.end_day, refund.effective_day)) AS end_after,
           greatest(coalesce(receipt.price_minor, 0) + (sum(refund.price_minor) OVER so_far) - refund.price_minor, 0)
               AS price_before,
           greatest(coalesce(receipt.price_minor, 0) + sum(refund.price_minor) OVER so_far, 0) AS price_after,
           coalesce(lead(refund.effective_day) OVER in_order, refund.day) AS until_day
    FROM followers AS refund
    LEFT JOIN documents AS receipt
      ON receipt.document = refund.contract AND receipt.kind = 'receipt'
     AND receipt.counts_from_day <= refund.counts_until_day AND receipt.effective_day < refund.day
    WHERE refund.price_sign < 0
    WINDOW in_order AS (PARTITION BY refund.cut, refund.contract, receipt.document IS NULL
                        ORDER BY refund.effective_day, refund.document),
           so_far AS (PARTITION BY refund.cut, refund.contract, receipt.document IS NULL
                      ORDER BY refund.effective_day, refund.document
                      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
           before AS (PARTITION BY refund.cut, refund.contract, receipt.document IS NULL
                      ORDER BY refund.effective_day, refund.document
                      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),

first_refunds AS (
    SELECT cut, contract, min(effective_day) AS effective_day FROM refunds GROUP BY cut, contract
),

receipts AS (
    -- A receipt sets the price; it is served by the day until the first refund takes over. One row for what changed
    -- between two cuts: known_ says whether the cut has the receipt, day_ how far it serves it.
    SELECT receipt.*, period.is_late, period.sign, period.until_year_later_day, period.from_year_later_day,
           CAST(greatest(receipt.end_day - receipt.start_day, 1) AS BIGINT) AS term,
           CASE WHEN receipt.counts_from_day <= period.until_counts AND receipt.effective_day < period.until_day
                THEN period.sign ELSE 0 END AS known_until,
           CASE WHEN receipt.counts_from_day <= period.from_counts AND receipt.effective_day < period.from_day
                THEN period.sign ELSE 0 END AS known_from,
           least(period.until_day, refund_until.effective_day) AS day_until,
           least(period.from_day, refund_from.effective_day) AS day_from
    FROM periods AS period
    JOIN documents AS receipt
      ON receipt.kind = 'receipt' AND (NOT period.is_late OR receipt.is_restated)
     AND receipt.counts_from_day <= greatest(period.until_counts, period.from_counts)
    LEFT JOIN first_refunds AS refund_until
      ON refund_until.cut = period.until_cut AND refund_until.contract = receipt.document
    LEFT JOIN first_refunds AS refund_from
      ON refund_from.cut = period.from_cut AND refund_from.contract = receipt.document
),

sold AS (
    SELECT document, currency, product, partner, is_late, least(start_day, effective_day) AS first_day,
           (known_until - known_from) * (price_minor + tax_minor - fee_minor - credit_minor) AS clearing,
           (known_until - known_from) * fee_minor AS fees,
           (known_until - known_from) * -tax_minor AS tax,
           (known_until - known_from) * credit_minor AS credit,
           (known_until - known_from) * -price_minor AS promised,
           known_until * earned_to_date(price_minor, elapsed_days(start_day, end_day, day_until), term)
               - known_from * earned_to_date(price_minor, elapsed_days(start_day, end_day, day_from), term) AS served,
           -- What will be earned later than twelve months from the cut is not current.
           (known_until - known_from) * price_minor
               - known_until * earned_to_date(price_minor, elapsed_days(start_day, end_day, until_year_later_day), term)
               + known_from * earned_to_date(price_minor, elapsed_days(start_day, end_day, from_year_later_day), term)
               AS non_current
    FROM receipts
),

holds AS (
    -- A dispute gives back or takes no more than was held for its contract; the rest stays in suspense.
    -- Documents whose receipt is unknown stand by themselves.
    SELECT cut, document,
           greatest(sum(held_minor) OVER so_far, 0) - greatest((sum(held_minor) OVER so_far) - held_minor, 0) AS held_change
    FROM followers
    WHERE held_minor <> 0
    WINDOW so_far AS (PARTITION BY cut, coalesce(contract, -document) ORDER BY effective_day, held_minor DESC, document
                      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
),

steps AS (
    -- A contract is a row of steps: each refund lowers the price from its day on.
    SELECT cut, sign, is_late, event, document, currency, product, partner, price_minor, tax_minor, fee_minor,
           credit_minor, held_minor, start_day, end_before, end_after, least(start_day, effective_day) AS first_day,
           year_later_day, CAST(price_before AS BIGINT) AS price_before, CAST(price_after AS BIGINT) AS price_after,
           effective_day AS from_day, until_day
    FROM refunds
    UNION ALL
    -- Money that moves without changing a price: credit, and disputes that are open or won.
    SELECT cut, sign, is_late, event, document, currency, product, partner, price_minor, tax_minor, fee_minor,
           credit_minor, held_minor, effective_day, effective_day, effective_day, effective_day,
           year_later_day, CAST(0 AS BIGINT), CAST(0 AS BIGINT), effective_day, effective_day
    FROM followers
    WHERE price_sign = 0
),

measured AS (
    -- A term without days is served on the day it starts.
    SELECT *,
           CAST(greatest(end_before - start_day, 1) AS BIGINT) AS term_before,
           CAST(greatest(end_after - start_day, 1) AS BIGINT) AS term,
           CAST(greatest(from_day - start_day, 0) AS BIGINT) AS days_from,
           CAST(greatest(until_day - start_day, 0) AS BIGINT) AS days,
           CAST(greatest(year_later_day - start_day, 0) AS BIGINT) AS days_in_a_year
    FROM steps
),

earned AS (
    -- Earned to date: on this step's day at the old price and term and at the new ones, at its end, and a year on.
    SELECT *,
           earned_to_date(price_before, least(days_from, term_before), term_before) AS earned_before,
           earned_to_date(price_after, least(days_from, term), term) AS earned_from,
           earned_to_date(price_after, least(days, term), term) AS earned,
           (price_after - earned_to_date(price_after, least(days_in_a_year, term), term))
               - (price_before - earned_to_date(price_before, least(days_in_a_year, term_before), term_before))
               AS non_current
    FROM measured
),

followed AS (
    SELECT step.document, step.currency, step.product, step.partner, step.is_late, step.event,
           min(step.first_day) AS first_day,
           CAST(sum(step.sign * (step.price_minor + step.tax_minor - step.fee_minor - step.held_minor
                                 + step.credit_minor)) AS BIGINT) AS clearing,
           CAST(sum(step.sign * step.fee_minor) AS BIGINT) AS fees,
           CAST(sum(step.sign * -step.tax_minor) AS BIGINT) AS tax,
           CAST(sum(step.sign * -step.credit_minor) AS BIGINT) AS credit,
           CAST(sum(step.sign * (step.price_before - step.price_after)) AS BIGINT) AS promised,
           CAST(sum(step.sign * (step.earned - step.earned_from)) AS BIGINT) AS served,
           CAST(sum(step.sign * step.non_current) AS BIGINT) AS non_current,
           CAST(sum(step.sign * (step.earned_from - step.earned_before)) AS BIGINT) AS corrected,
           CAST(sum(step.sign * coalesce(hold.held_change, 0)) AS BIGINT) AS held,
           CAST(sum(step.sign * (step.price_after - step.price_before - step.price_minor + step.held_minor
                                 - coalesce(hold.held_change, 0))) AS BIGINT) AS suspense
    FROM earned AS step
    LEFT JOIN holds AS hold ON hold.cut = step.cut AND hold.document = step.document
    GROUP BY step.document, step.currency, step.product, step.partner, step.is_late, step.event
),

movements AS (
    SELECT document, currency, product, partner, is_late, 'sale' AS event, first_day, clearing, fees, tax, credit,
           promised, served, non_current, CAST(0 AS BIGINT) AS corrected, CAST(0 AS BIGINT) AS held,
           CAST(0 AS BIGINT) AS suspense
    FROM sold
    UNION ALL
    SELECT document, currency, product, partner, is_late, event, first_day, clearing, fees, tax, credit,
           promised, served, non_current, corrected, held, suspense
    FROM followed
)

SELECT document, currency, product, partner, is_late, 'processor_clearing' AS account, event AS activity,
       first_day AS belongs_from_day, clearing AS amount_minor FROM movements WHERE clearing <> 0
UNION ALL
SELECT document, currency, product, partner, is_late, 'payments_in_dispute', event, first_day, held
FROM movements WHERE held <> 0
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
SELECT document, currency, product, partner, is_late, 'contract_liability', 'credit', first_day, credit
FROM movements WHERE credit <> 0
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
