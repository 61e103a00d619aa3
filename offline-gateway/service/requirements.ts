import { type Reporter, StartRefused } from '../report.ts';
import type { Settings } from '../settings.ts';
import { asList, findText, isRecord, type UnknownRecord } from '../values.ts';

/** What the checks read of the service. */
interface Service {
  readonly provider: { readonly stage?: string; readonly apiGateway?: UnknownRecord };
  readonly getAllFunctions: () => readonly string[];
  readonly getFunction: (key: string) => { readonly name?: string };
}

interface HttpEvent {
  readonly path: string;
  readonly method: string;
  readonly definition: UnknownRecord;
}

interface Context {
  readonly settings: Settings;
  readonly reporter: Reporter;
  readonly isOpen: boolean;
}

const FUNCTION_NAME_MAX = 64;

/**
 * Refuses what a deployment would refuse, and what this emulation cannot do.
 *
 * @throws {StartRefused}
 */
export function requireDeployable(service: Service, events: readonly HttpEvent[], context: Context): void {
  requireNames(service);
  requireOneParameterName(events);
  requireFewResources(events, context.settings.maximumResources);
  for (const event of events) requireBuffered(event);
  if (!context.isOpen) requireNoResourcePolicy(service);
}

/** GW-608, GW-610 */
function requireNames(service: Service): void {
  const { stage = 'dev' } = service.provider;
  if (!/^[\w-]{1,128}$/.test(stage)) {
    throw new StartRefused(
      `the stage name ${stage} is not valid: API Gateway takes letters, digits, hyphens and underscores, at most 128.`,
    );
  }
  for (const key of service.getAllFunctions()) {
    const { name = '' } = service.getFunction(key);
    if (name.length > FUNCTION_NAME_MAX) {
      throw new StartRefused(
        `the function name ${name} has ${name.length} characters, and Lambda takes at most ${FUNCTION_NAME_MAX}.`,
      );
    }
  }
}

/** GW-916: in the words of API Gateway, which refuses the second resource. */
function requireOneParameterName(events: readonly HttpEvent[]): void {
  const known = new Map<string, string>();
  for (const { path } of events) {
    const segments = path.split('/').slice(1);
    for (const [at, segment] of segments.entries()) {
      if (!segment.startsWith('{')) continue;
      const parent = `/${segments.slice(0, at).join('/')}`;
      const sibling = known.get(parent) ?? segment;
      known.set(parent, sibling);
      if (sibling !== segment) {
        throw new StartRefused(
          `${path}: a sibling (${sibling}) of this resource already has a variable path part -- only one is allowed. Below ${parent}, give ${segment} and ${sibling} one name.`,
        );
      }
    }
  }
}

/** GW-607 */
function requireFewResources(events: readonly HttpEvent[], maximum: number): void {
  const resources = new Set(
    events.flatMap(({ path }) => path.split('/').map((_, at, all) => all.slice(0, at + 1).join('/'))),
  );
  if (resources.size <= maximum) return;
  throw new StartRefused(
    `the paths make ${resources.size} resources, and API Gateway allows ${maximum}. With a raised quota, set custom.offlineGateway.maximumResources.`,
  );
}

function requireBuffered({ definition, method, path }: HttpEvent): void {
  const { response } = definition;
  const mode = isRecord(response) ? findText(response['transferMode']) : undefined;
  if (mode?.toUpperCase() !== 'STREAM') return;
  throw new StartRefused(`${method} ${path}: response.transferMode STREAM is not emulated; use BUFFERED.`);
}

function requireNoResourcePolicy({ provider }: Service): void {
  if (asList(provider.apiGateway?.['resourcePolicy']).length === 0) return;
  throw new StartRefused(
    'provider.apiGateway.resourcePolicy is not emulated, and the routes must not stay open. To start without any check of access, use --noAuth.',
  );
}
