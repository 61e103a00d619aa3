/// <reference path="./.sst/platform/config.d.ts" />
/** SST: a REST API and an HTTP API. `npx sst deploy` deploys both; it writes the types that this file refers to. */

// biome-ignore lint/style/noDefaultExport: SST reads it so.
export default $config({
  app: () => ({ name: 'notes', home: 'aws' }),
  async run() {
    const environment = {
      BETTER_AUTH_URL: process.env.BETTER_AUTH_URL ?? '',
      BETTER_AUTH_SECRET: process.env.BETTER_AUTH_SECRET ?? '', // or BETTER_AUTH_JWKS_URL
    };
    const runtime = 'nodejs24.x';

    const restApi = new sst.aws.ApiGatewayV1('RestApi');
    const authorizer = restApi.addAuthorizer({
      name: 'betterAuth',
      tokenFunction: { handler: '../rest-authorizer.handler', runtime, environment },
      ttl: 300,
    });
    restApi.route(
      'GET /notes',
      { handler: '../list-notes.handler', runtime },
      { auth: { custom: authorizer.id } },
    );
    // Without these a refused token is answered with 403, and an outage with 500.
    const restApiId = restApi.nodes.api.id;
    new aws.apigateway.Response('AccessDenied', {
      restApiId,
      responseType: 'ACCESS_DENIED',
      statusCode: '401',
      responseTemplates: {
        'application/json': '{"code":"$context.authorizer.code","detail":"$context.authorizer.detail"}',
      },
    });
    new aws.apigateway.Response('AuthorizerFailed', {
      restApiId,
      responseType: 'AUTHORIZER_CONFIGURATION_ERROR',
      statusCode: '503',
    });
    restApi.deploy();

    const httpApi = new sst.aws.ApiGatewayV2('HttpApi');
    const simple = httpApi.addAuthorizer({
      name: 'betterAuth',
      lambda: {
        function: { handler: '../http-api-authorizer.handler', runtime, environment },
        payload: '2.0',
        response: 'simple',
        identitySources: ['$request.header.Authorization'],
        ttl: '0 seconds',
      },
    });
    httpApi.route(
      'GET /notes',
      { handler: '../list-notes.handler', runtime },
      { auth: { lambda: simple.id } },
    );

    return { restApi: restApi.url, httpApi: httpApi.url };
  },
});
