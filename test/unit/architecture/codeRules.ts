/** Rules on single files, each as a function from a file to what is wrong with it. */
import { type SourceFile, withoutComments } from './sourceFiles.ts';

export type Rule = (file: SourceFile) => readonly string[];

const MOST_LINES = 300;
/** Captured or generated text, not code. */
const NOT_CODE = /\/(generated|corpus|fixtures)\//;

export const fileSize: Rule = ({ path, text }) => {
  const lines = text.split('\n').length - 1;
  return lines > MOST_LINES && !NOT_CODE.test(path) ? [`${path} has ${lines} lines; split it by purpose before ${MOST_LINES}`] : [];
};

export const opensWithComment: Rule = ({ path, text }) =>
  /^(#!.*\n)?\s*\/[/*]/.test(text) ? [] : [`${path} does not begin with a comment that says what it is for`];

/** Output goes through the logger, so that it is structured and redacted; command lines write to process.stdout. */
export const noConsole: Rule = ({ path, text }) => (/\bconsole\s*[.[]/.test(withoutComments(text)) ? [`${path} uses console`] : []);

const EXPORT_FROM = /export\s+(type\s+)?(\*(\s+as\s+\w+)?|\{[^}]*\})\s+from\s+['"][^'"]+['"];?/g;

/** A file that only passes others on hides where things are and makes import cycles. */
export const noBarrel: Rule = ({ path, text }) => {
  const rest = withoutComments(text).replace(EXPORT_FROM, '').trim();
  const onlyPassesOn = rest === '' && /^export\b/m.test(text);
  const namedIndex = /\/index\.[cm]?[jt]s$/.test(path) && !NOT_CODE.test(path);
  return onlyPassesOn || namedIndex ? [`${path} is a barrel file`] : [];
};

const TLS_SWITCH = 'NODE_TLS_REJECT_UNAUTHORIZED';

/** The process-wide switch turns verification off for every connection of the operator. */
export const noTlsSwitch: Rule = ({ path, text }) =>
  new RegExp(`${TLS_SWITCH}\\b['"\`]?\\]?\\s*(=(?!=)|:)`).test(withoutComments(text)) ? [`${path} sets ${TLS_SWITCH}`] : [];

/** What each would break is in docs/security.md. */
const FORBIDDEN_FLAGS = [
  '--force',
  '--no-sig-check',
  'allow_psid_change',
  'StrictHostKeyChecking',
  'insecure-skip-tls-verify',
  '--maintenance-mode',
];

export const noForbiddenFlags: Rule = ({ path, text }) => {
  const code = withoutComments(text);
  return FORBIDDEN_FLAGS.filter((flag) => code.includes(flag)).map((flag) => `${path} uses ${flag}`);
};

/** A skipped or focused test is a test that cannot fail. Choosing `describe.skip` where a real counterpart is not installed is allowed. */
export const noSkippedTests: Rule = ({ path, text }) =>
  /\b(describe|it|test)\.(only\b|(skip|todo)\s*[(.])|\b[xf](describe|it)\(/.test(withoutComments(text))
    ? [`${path} skips or singles out tests`]
    : [];

/** Names of places on a developer's machine say nothing to anybody else. */
export const noMachinePaths: Rule = ({ path, text }) =>
  /(^|[^\w./-])\/(work|root|home\/\w+)\//m.test(text) ? [`${path} names a path of a machine`] : [];
