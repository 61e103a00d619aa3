/** AWS CDK: a REST API and an HTTP API. `npx cdk deploy --app 'node app.ts'` deploys both. */
import { fileURLToPath } from 'node:url';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { LambdaIntegration, ResponseType, RestApi, TokenAuthorizer } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';

const { BETTER_AUTH_URL = '', BETTER_AUTH_SECRET = '' } = process.env;

const stack = new Stack(new App(), 'Notes');
const makeFunction = (name: string, file: string) =>
  new NodejsFunction(stack, name, {
    entry: fileURLToPath(new URL(`../${file}`, import.meta.url)),
    runtime: Runtime.NODEJS_24_X,
    environment: { BETTER_AUTH_URL, BETTER_AUTH_SECRET }, // or BETTER_AUTH_JWKS_URL
  });
const listNotes = makeFunction('ListNotes', 'list-notes.ts');

const restApi = new RestApi(stack, 'RestApi', {
  defaultMethodOptions: {
    authorizer: new TokenAuthorizer(stack, 'RestAuthorizer', {
      handler: makeFunction('RestAuthorizerFunction', 'rest-authorizer.ts'),
      resultsCacheTtl: Duration.minutes(5),
    }),
  },
});
restApi.root.addResource('notes').addMethod('GET', new LambdaIntegration(listNotes));
// Without these a refused token is answered with 403, and an outage with 500.
restApi.addGatewayResponse('AccessDenied', {
  type: ResponseType.ACCESS_DENIED,
  statusCode: '401',
  templates: {
    'application/json': '{"code":"$context.authorizer.code","detail":"$context.authorizer.detail"}',
  },
});
restApi.addGatewayResponse('AuthorizerFailed', {
  type: ResponseType.AUTHORIZER_CONFIGURATION_ERROR,
  statusCode: '503',
});

const httpApi = new HttpApi(stack, 'HttpApi', {
  defaultAuthorizer: new HttpLambdaAuthorizer(
    'HttpApiAuthorizer',
    makeFunction('HttpApiAuthorizerFunction', 'http-api-authorizer.ts'),
    {
      responseTypes: [HttpLambdaResponseType.SIMPLE],
      identitySource: ['$request.header.Authorization'],
      resultsCacheTtl: Duration.seconds(0),
    },
  ),
});
httpApi.addRoutes({
  path: '/notes',
  methods: [HttpMethod.GET],
  integration: new HttpLambdaIntegration('ListNotesIntegration', listNotes),
});
