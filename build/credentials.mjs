/**
 * Stands in for the AWS SDK's default credential chain in the bundles. Lambda puts the credentials of the function's
 * role into the environment. The eleven other providers are 140 KB that only take time to load.
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
