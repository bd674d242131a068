import { isbot } from 'isbot';
import type { ClickKind } from './terms.ts';

/** Goes up with every change of the judgement below, so that older clicks can be told from newer ones. */
export const VISITOR_RULE = 1;

export const DEVICES = ['mobile', 'tablet', 'desktop', 'bot', 'other'] as const;
export type Device = (typeof DEVICES)[number];

export interface Visitor {
  kind: ClickKind;
  /** All that is kept of the user agent. */
  device: Device;
}

/** A longer agent is no browser's, and a pattern must not be made to run over kilobytes. */
const AGENT_LENGTH = 512;

/** Programs that fetch a shared link to draw its card: one request a share, and nobody has followed anything yet. */
const PREVIEW_AGENT = new RegExp(
  [
    // Signal calls itself WhatsApp, iMessage all of Facebook and Twitter, Line Facebook.
    'facebookexternalhit|facebot|^whatsapp(?:/|$)|^viber(?:/|$)|telegrambot|kakaotalk-scrap|zalo/|snap ?url ?preview',
    'slackbot|slack-imgproxy|discordbot|skypeuripreview|skype-url-preview|microsoftpreview|mattermost-bot|rocket\\.chat',
    'groupmebot|^synapse|element-url-preview|twitterbot|linkedinbot|pinterest(?:bot|/0)|redditbot|tumblr/|vkshare|odklbot',
    'xing-contenttabreceiver|mastodon/|pleroma|akkoma|misskey|summalybot|cardyb|blueskypreviewbot|flipboardproxy',
    'embedly|iframely|opengraph|(?:link|page|url)[ -]?preview|unfurl',
  ].join('|'),
  'i',
);

/** What isbot takes for people: Office and mail gateways that open every link before its reader does. */
const LINK_SCANNER =
  /ms-?office|microsoft office|microsoft outlook|microsoft-webdav|microsoft url control|safelinks|bingpreview|barracuda|mimecast|proofpoint|symantec|trend ?micro|sophos|forcepoint|fireeye|fortiguard|urlscan|virustotal/i;

const TABLET = /ipad|tablet|kindle|silk\/|playbook|android(?!.*mobi)/i;
const MOBILE = /mobi|iphone|ipod|android|windows phone/i;
const DESKTOP = /windows nt|macintosh|x11|cros|linux/i;

/** `purpose` is what the browser says of the fetch, in whichever of its headers. */
export function judgeVisitor(method: string, purpose: string, userAgent: string | null): Visitor {
  const agent = (userAgent ?? '').slice(0, AGENT_LENGTH).trim();
  const preview = PREVIEW_AGENT.test(agent);
  const bot = preview || agent === '' || LINK_SCANNER.test(agent) || isbot(agent);
  return { kind: kindOf(method, purpose, preview, bot), device: bot ? 'bot' : deviceOf(agent) };
}

function kindOf(method: string, purpose: string, preview: boolean, bot: boolean): ClickKind {
  if (method === 'HEAD') return 'head';
  if (/prefetch|prerender|preview/i.test(purpose)) return 'prefetch';
  if (preview) return 'preview';
  return bot ? 'bot' : 'human';
}

function deviceOf(agent: string): Device {
  if (TABLET.test(agent)) return 'tablet';
  if (MOBILE.test(agent)) return 'mobile';
  return DESKTOP.test(agent) ? 'desktop' : 'other';
}
