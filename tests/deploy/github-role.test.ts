import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const text = readFileSync(new URL('../../deploy/github-role.yml', import.meta.url), 'utf8');

describe('the role of the deploy workflow', () => {
  it('trusts one environment of one repository by its whole name', () => {
    expect(text).toMatch(/com:sub: !Sub 'repo:\$\{Repository\}:environment:\$\{Stage\}'\n/);
    expect(text).toContain('githubusercontent.com:aud: sts.amazonaws.com');
    expect(text).not.toContain('StringLike');
  });

  it('may create roles of the stage only, and no user or key', () => {
    const actions = [...text.matchAll(/iam:\w+/g)].map(([action]) => action);
    expect(actions).toContain('iam:PassRole');
    expect(actions.filter((action) => !/Role(Policy|Policies)?$|AssumeRolePolicy$/.test(action))).toEqual([]);
    expect(text).toMatch(/iam::\$\{AWS::AccountId\}:role\/\$\{Service\}-\$\{Stage\}-\*/);
  });

  it('may not change its own permissions: its name is not one of a role of the stage', () => {
    const [, name = ''] = /RoleName: !Sub '(.+)'/.exec(text) ?? [];
    const [, ofStage = ''] = /:role\/(.+)\*'/.exec(text) ?? [];
    expect(ofStage).toMatch(/^\$\{Service\}-\$\{Stage\}-$/);
    expect(name).toMatch(/\$\{Stage\}$/);
    expect(name.startsWith(ofStage)).toBe(false);
  });

  it('may read what is in a role, which CloudFormation does before it deletes one', () => {
    expect(text).toContain('iam:ListAttachedRolePolicies');
    expect(text).toContain('iam:ListRolePolicies');
  });
});
