-- What every statement shares: how an amount is earned over time, and how it is rounded.
--
-- Days are days since 1970-01-01; spans are half-open, [start_day, end_day); amounts are whole minor units.
-- Every engine reads these definitions before the statements (stoa.policies.statements). div(a, b) is the whole part of a / b.

-- Days of the span that lie before a day. A span without days is served on the day it starts.
CREATE TEMPORARY FUNCTION elapsed_days(start_day BIGINT, end_day BIGINT, day BIGINT) RETURNS BIGINT
RETURN least(greatest(day - start_day, 0), greatest(end_day - start_day, 1));

-- Earned to date: price * elapsed / term, rounded half up once (half down for a credit, so that it mirrors its sale).
-- A period is the difference of two to-dates; every cut of time therefore adds up to the price.
CREATE TEMPORARY FUNCTION earned_to_date(price BIGINT, elapsed BIGINT, term BIGINT) RETURNS BIGINT
RETURN div(2 * price * elapsed + CASE WHEN price < 0 THEN -term ELSE term END, 2 * term);
