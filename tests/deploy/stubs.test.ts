import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

interface Pinned {
  readonly package: string;
  readonly version: string;
  /** Of the released archive, as package-lock.json has it. */
  readonly integrity: string;
}

interface Stub {
  /** What must hold of a new version before it is entered here. */
  readonly check: string;
  /** The package that the stub replaces, and the packages that call it. */
  readonly standsOn: readonly Pinned[];
}

const JSONWEBTOKEN: Pinned = {
  package: 'jsonwebtoken',
  version: '9.0.3',
  integrity:
    'sha512-MT/xP0CrubFRNLNKvxJ2BYfy53Zkm++5bX9dtuPbqAeQpTVe0MQTFhao8+Cp//EmJp244xt6Drw/GVEGCUj40g==',
};
const JWS: Pinned = {
  package: 'jws',
  version: '4.0.1',
  integrity:
    'sha512-EKI/M/yqPncGUUh44xz0PxSidXFr/+r0pA70+gIYhjv+et7yxM+s29Y+VGDkovRofQem0fs7Uvf4+YmAdyRduA==',
};

const SMITHY_CORE: Stub = {
  check:
    'The entries client, protocols, retry and serde re-export these names from the same files, and set nothing up for them.',
  standsOn: [
    {
      package: '@smithy/core',
      version: '3.41.0',
      integrity:
        'sha512-fuZ34H1uizS3WgcX9VXG7Uy8od5A5/kCc+CR3NkHLNm2H/BE9AUHG02VIdu8ZB7FYhLqsr/RZbqAoXuOCg/Oxg==',
    },
    {
      package: '@smithy/node-http-handler',
      version: '4.14.2',
      integrity:
        'sha512-i1uORV1v3qBqP43ayRKzIdm1q5x14tf8N4Dd06/QUX1Szm6VxHMrTsu20X5E63UFsaNZCRjI4SXG0jDmqYa+3w==',
    },
    {
      package: '@smithy/signature-v4',
      version: '5.7.5',
      integrity:
        'sha512-WPjdr5oWOk1LArpI4pavu+fSo+/evi0Re1olxGvqwuZopd4gYR1UGCi+Soyn/IjmafqbWs+ZC+3AKxJS3ZpwUg==',
    },
  ],
};

/** Every alias of the bundler in serverless.yml, and the versions that its file in build/ was written for. */
const STUBS: Readonly<Record<string, Stub>> = {
  semver: {
    check:
      'jsonwebtoken calls `satisfies` alone, and only to ask whether Node is newer than 8, 15.7 or 16.9.',
    standsOn: [JSONWEBTOKEN],
  },
  ms: {
    check: 'lib/timespan.js of jsonwebtoken alone calls it, and verify.js calls that for `maxAge` alone.',
    standsOn: [JSONWEBTOKEN],
  },
  jsonwebtoken: {
    check: 'verify.js and lib/JsonWebTokenError.js export what the entry exports under these names.',
    standsOn: [JSONWEBTOKEN],
  },
  jws: {
    check: 'verify.js and decode.js of jsonwebtoken call `verify` and `decode` of jws alone.',
    standsOn: [JSONWEBTOKEN, JWS],
  },
  'jose/key/import': {
    check:
      'importJWK of a public RSA, EC or OKP key, with a signature algorithm and without options, calls these functions in this way.',
    standsOn: [
      {
        package: 'jose',
        version: '6.2.17',
        integrity:
          'sha512-wOuK9V1yujQFH5S0ZWmLcDZN7+IKh9bUCC2ZPCf2HDlol3WWHy+PPyNjEI75FXRLMp3vDKQcupP59xhVU95hcg==',
      },
    ],
  },
  'ecdsa-sig-formatter': {
    check:
      'jwa calls it for ES256, ES384 and ES512 alone. jsonwebtoken, asked for HMAC, refuses them before.',
    standsOn: [
      JSONWEBTOKEN,
      {
        package: 'jwa',
        version: '2.0.1',
        integrity:
          'sha512-hRF04fqJIP8Abbkq5NKGN0Bbr3JxlQ+qhZufXVr0DvujKy93ZCbXZMHDL4EOtodSbCWxOqR8MS1tXA5hwqCXDg==',
      },
      {
        package: 'ecdsa-sig-formatter',
        version: '1.0.11',
        integrity:
          'sha512-nagl3RYrbNv6kQkeJIpt6NJZy8twLB/2vtz6yN9Z4vRKHN4/QZJIEbqohALSgwKdnksuY3k5Addp5lg8sVoVcQ==',
      },
    ],
  },
  'safe-buffer': {
    check: 'jwa and jws take `Buffer` alone from it, which it takes from `node:buffer`.',
    standsOn: [
      {
        package: 'safe-buffer',
        version: '5.1.2',
        integrity:
          'sha512-Gd2UZBJDkXlY7GbJxfsE8/nvKkUEU1G38c1siN6QP6a9PT9MmHB8GnpscSmMJSoF8LOIrt8ud/wPtojys4G6+g==',
      },
      {
        package: 'jwa',
        version: '2.0.1',
        integrity:
          'sha512-hRF04fqJIP8Abbkq5NKGN0Bbr3JxlQ+qhZufXVr0DvujKy93ZCbXZMHDL4EOtodSbCWxOqR8MS1tXA5hwqCXDg==',
      },
      {
        package: 'jws',
        version: '4.0.1',
        integrity:
          'sha512-EKI/M/yqPncGUUh44xz0PxSidXFr/+r0pA70+gIYhjv+et7yxM+s29Y+VGDkovRofQem0fs7Uvf4+YmAdyRduA==',
      },
    ],
  },
  'buffer-equal-constant-time': {
    check: 'jwa alone calls it, and only where `crypto.timingSafeEqual` is missing.',
    standsOn: [
      {
        package: 'buffer-equal-constant-time',
        version: '1.0.1',
        integrity:
          'sha512-zRpUiDwd/xk6ADqPMATG8vc9VPrkck7T07OIx0gnjmJAnHnTVXNQG3vfvWNuiZIkwu9KrKdA1iJKfsfTVxE6NA==',
      },
      {
        package: 'jwa',
        version: '2.0.1',
        integrity:
          'sha512-hRF04fqJIP8Abbkq5NKGN0Bbr3JxlQ+qhZufXVr0DvujKy93ZCbXZMHDL4EOtodSbCWxOqR8MS1tXA5hwqCXDg==',
      },
    ],
  },
  '@smithy/core/client': SMITHY_CORE,
  '@smithy/core/protocols': SMITHY_CORE,
  '@smithy/core/retry': SMITHY_CORE,
  '@smithy/core/serde': SMITHY_CORE,
};

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

function installed(name: string): Pinned {
  const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Pinned> };
  const { version } = JSON.parse(read(`node_modules/${name}/package.json`)) as Pinned;
  return { package: name, version, integrity: packages[`node_modules/${name}`]?.integrity ?? '' };
}

describe('the file in the bundles instead of', () => {
  it('a library has its versions and its check here', () => {
    const { alias } = parse(read('build/esbuild.yml'));
    expect(Object.keys(alias).sort()).toEqual(Object.keys(STUBS).sort());
  });

  it.each(Object.entries(STUBS))(
    '%s stands for the version that is installed, to the byte',
    (_name, { check, standsOn }) => {
      const found = standsOn.map(({ package: name }) => installed(name));
      expect({ check, standsOn: found }).toEqual({ check, standsOn });
    },
  );
});
