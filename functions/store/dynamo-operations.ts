import type {
  BatchWriteItemCommandInput,
  BatchWriteItemCommandOutput,
  DeleteItemCommandInput,
  DeleteItemCommandOutput,
  GetItemCommandInput,
  GetItemCommandOutput,
  PutItemCommandInput,
  PutItemCommandOutput,
  QueryCommandInput,
  QueryCommandOutput,
  UpdateItemCommandInput,
  UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb';

interface Exchange<Input, Output> {
  readonly input: Input;
  readonly output: Omit<Output, '$metadata'>;
}

/** The operations of DynamoDB that the store uses, with the SDK's types. Values are sent and read as JSON has them. */
export interface Operations {
  readonly BatchWriteItem: Exchange<BatchWriteItemCommandInput, BatchWriteItemCommandOutput>;
  readonly DeleteItem: Exchange<DeleteItemCommandInput, DeleteItemCommandOutput>;
  readonly GetItem: Exchange<GetItemCommandInput, GetItemCommandOutput>;
  readonly PutItem: Exchange<PutItemCommandInput, PutItemCommandOutput>;
  readonly Query: Exchange<QueryCommandInput, QueryCommandOutput>;
  readonly UpdateItem: Exchange<UpdateItemCommandInput, UpdateItemCommandOutput>;
}

/** The name of one of the {@link Operations}. */
export type Operation = keyof Operations;

/** What the store asks DynamoDB through. */
export interface DynamoClient {
  /**
   * @throws an error named as DynamoDB, or the way to it, names what went wrong. Its `$metadata` has the status of the
   * answer and how many attempts were made. An aborted request throws the reason of its signal.
   */
  readonly send: <Name extends Operation>(
    operation: Name,
    input: Operations[Name]['input'],
    options?: { readonly abortSignal?: AbortSignal },
  ) => Promise<Operations[Name]['output']>;
}
