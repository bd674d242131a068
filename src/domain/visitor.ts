import { isbot } from 'isbot';
import type { ClickKind } from './terms.ts';

/** Goes up with every change of the judgement below, so that older clicks can be told from newer ones. */
export const VISITOR_RULE = 2;

export const DEVICES = ['mobile', 'tablet', 'desktop', 'bot', 'other'] as const;
export type Device = (typeof DEVICES)[number];

export interface Visitor {
  kind: ClickKind;
  /** All that is kept of the user agent. */
  device: Device;
  /** It draws a card of the link, whichever method it asks by, and so wants the page and not the redirect. */
  drawsCard: boolean;
}

/** A longer agent is no browser's, and a pattern must not be made to run over kilobytes. */
const AGENT_LENGTH = 512;

/** Programs that fetch a shared link to draw its card: one request a share, and nobody has followed anything yet. */
const PREVIEW_AGENT = new RegExp(
  [
    // Signal calls itself WhatsApp, iMessage all of Facebook and Twitter, Line Facebook, Teams Skype.
    'facebookexternalhit|facebot|meta-externalhit|^whatsapp(?:/|$)|^viber(?:/|$)|telegrambot|kakaotalk-scrap|zalo/',
    'linespider|snap ?url ?preview|slackbot|slack-imgproxy|discordbot|skypeuripreview|skype-url-preview|microsoftpreview',
    'mattermost-bot|rocket\\.chat|groupmebot|^synapse|element-url-preview|dingtalkbot|keybasebot|steamchaturllookup',
    'twitterbot|linkedinbot|pinterest(?:bot|/0)|redditbot|^tumblr/|vkshare|vkrobot|odklbot|xing(?: bot|-contenttabreceiver)',
    'mastodon/|pleroma|akkoma|misskey|summalybot|friendica|lemmy/|cardyb|blueskypreviewbot|onebox|flipboardproxy',
    'embedly|iframely|evernoterichlink|metatagfetcher|^notion/|/web/snippet|opengraph|(?:link|page|url)[ -]?preview|unfurl',
  ].join('|'),
  'i',
);

/** What isbot takes for people: Office and mail gateways that open every link before its reader does, and some robots. */
const MACHINE = new RegExp(
  [
    'ms-?office|microsoft (?:office|outlook|url control)|microsoft-webdav|safelinks|bingpreview|barracuda|mimecast',
    'proofpoint|symantec|trend ?micro|sophos|forcepoint|fireeye|fortiguard|urlscan|virustotal',
    'gtmetrix|miniature\\.io|ylt chrome|tsm-turingos',
  ].join('|'),
  'i',
);

const TABLET = /ipad|tablet|kindle|silk\/|playbook|android(?!.*mobi)/i;
const MOBILE = /mobi|iphone|ipod|android|windows phone/i;
const DESKTOP = /windows nt|macintosh|x11|cros|linux/i;

/** `purpose` is what the browser says of the fetch, in whichever of its headers. */
export function judgeVisitor(method: string, purpose: string, userAgent: string | null): Visitor {
  const { drawsCard, bot, device } = knownAgent((userAgent ?? '').slice(0, AGENT_LENGTH).trim());
  return { kind: kindOf(method, purpose, drawsCard, bot), device, drawsCard };
}

interface Agent {
  drawsCard: boolean;
  bot: boolean;
  device: Device;
}

/** Most friends come with one of few agents, and the patterns are the dearest part of a redirect. */
const AGENTS_KEPT = 500;
const agents = new Map<string, Agent>();

function knownAgent(text: string): Agent {
  const known = agents.get(text);
  if (known !== undefined) return known;
  const judged = judgeAgent(text);
  if (agents.size >= AGENTS_KEPT) agents.clear();
  agents.set(text, judged);
  return judged;
}

function judgeAgent(text: string): Agent {
  const drawsCard = PREVIEW_AGENT.test(text);
  const bot = drawsCard || text === '' || MACHINE.test(text) || isbot(text);
  return { drawsCard, bot, device: bot ? 'bot' : deviceOf(text) };
}

function kindOf(method: string, purpose: string, drawsCard: boolean, bot: boolean): ClickKind {
  if (method === 'HEAD') return 'head';
  if (/prefetch|prerender|preview/i.test(purpose)) return 'prefetch';
  if (drawsCard) return 'preview';
  return bot ? 'bot' : 'human';
}

function deviceOf(agent: string): Device {
  if (TABLET.test(agent)) return 'tablet';
  if (MOBILE.test(agent)) return 'mobile';
  return DESKTOP.test(agent) ? 'desktop' : 'other';
}
