/**
 * What AWS asks for, in US dollars: us-east-1, on demand, without free tier, as published in November 2026. Other regions
 * are up to a third dearer (eu-central-1: API Gateway 3.70, DynamoDB about a fifth more). When AWS changes a price, change
 * it here, the date above and `npm run cost -- --write`.
 */
export const PRICES = {
  /** REST API, per million requests: the first 333 million of a month, the next 667 million, the next 19 billion, more. https://aws.amazon.com/api-gateway/pricing/ */
  gatewayTiers: [
    { millions: 333, price: 3.5 },
    { millions: 667, price: 2.8 },
    { millions: 19_000, price: 2.38 },
    { millions: Number.POSITIVE_INFINITY, price: 1.51 },
  ],
  /** Per million invocations, and per GB-second on arm64; starting a function is billed like running it. https://aws.amazon.com/lambda/pricing/ */
  lambdaRequests: 0.2,
  lambdaGbSecond: 0.000_013_333_4,
  /** Per million units on demand: 4 KB read consistently, 1 KB written. https://aws.amazon.com/dynamodb/pricing/on-demand/ */
  tableReads: 0.125,
  tableWrites: 0.625,
  /** Per GB and month, and for point-in-time recovery on top. */
  tableStorage: 0.25,
  tableRecovery: 0.2,
  /** Per GB taken in. https://aws.amazon.com/cloudwatch/pricing/ */
  logs: 0.5,
  /** Each per month: a metric of our own, an alarm on one metric. The dashboard is free up to three per account. */
  metric: 0.3,
  alarm: 0.1,
  /** Per million traces recorded. https://aws.amazon.com/xray/pricing/ */
  traces: 5,
  /** Per GB out to the internet. https://aws.amazon.com/ec2/pricing/on-demand/ */
  transfer: 0.09,
} as const;
