-- Receivables by age (policy credit_losses; ASC 326-20-55-37).
--
-- Reads   receivables(reference, currency, amount_minor, due_day)   what is open; without a due day it is not past due
--         classes(class, position, from_day, until_day, day)        days past due [from_day, until_day), on the day the
--                                                                   receivables are aged; classes do not overlap
-- Returns class, position, currency, receivables (how many), amount_minor
--
-- A credit stands in the class of its own due day, as an amount below zero.

SELECT class.class, class.position, receivable.currency,
       count(*) AS receivables, CAST(sum(receivable.amount_minor) AS BIGINT) AS amount_minor
FROM receivables AS receivable
JOIN classes AS class
  ON coalesce(class.day - receivable.due_day, 0) >= class.from_day
 AND coalesce(class.day - receivable.due_day, 0) < class.until_day
GROUP BY class.class, class.position, receivable.currency
