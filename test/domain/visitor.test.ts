import { describe, expect, it } from 'vitest';
import { judgeVisitor } from '../../src/domain/visitor.ts';

const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';
const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36';
const PIXEL =
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36';

describe('people', () => {
  it.each([
    ['mobile', SAFARI],
    ['mobile', PIXEL],
    ['desktop', CHROME],
    ['desktop', `${CHROME} Edg/141.0.0.0`],
    ['desktop', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'],
    [
      'desktop',
      'Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
    ],
    [
      'tablet',
      'Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/604.1',
    ],
    [
      'tablet',
      'Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
    ],
    [
      'other',
      'Mozilla/5.0 (PlayStation; PlayStation 5/6.00) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Safari/605.1.15',
    ],
  ])('browse on %s', (device, agent) => {
    expect(judgeVisitor('GET', '', agent)).toEqual({ kind: 'human', device, drawsCard: false });
  });

  it.each([
    `${SAFARI} Instagram 390.0.0.28.85 (iPhone15,3; iOS 18_5; de_DE; de; scale=3.00; 1290x2796; 765313520)`,
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/520.0.0.38.101;FBDV/iPhone15,3]',
    'Mozilla/5.0 (Linux; Android 15; Pixel 9; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/141.0.0.0 Mobile Safari/537.36 Line/15.12.1/IAB',
    `${SAFARI} Snapchat/13.40.0.36 (like Safari/8621.2.5.10.10, panda)`,
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [Pinterest/iOS]',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [LinkedInApp]/9.31.1250',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Twitter for iPhone/11.10',
    'Mozilla/5.0 (Linux; Android 15; Pixel 9; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/141.0.0.0 Mobile Safari/537.36 musical_ly_2024105 BytedanceWebview/d8a21c6',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) GSA/380.0.788317806 Mobile/15E148 Safari/604.1',
    'Mozilla/5.0 (Linux; Android 15; Pixel 9; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/141.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.50 WeChat/arm64',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Tumblr/iPhone/38.1',
    'Mozilla/5.0 (Linux; Android 16; Pixel 10 Pro XL Build/CP1A.260305.018; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/146.0.7680.174 Mobile Safari/537.36 MetaIAB Facebook',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Teams/25.1 Chrome/138.0.0.0 Electron/37.2 Safari/537.36',
  ])('follow links inside of apps: %s', (agent) => {
    expect(judgeVisitor('GET', '', agent).kind).toBe('human');
  });
});

describe('previews', () => {
  it.each([
    ['X', 'Twitterbot/1.0'],
    ['Facebook', 'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)'],
    ['Facebook', 'Mozilla/5.0 (compatible; Meta-ExternalHit/1.1; +http://www.facebook.com/externalhit_uatext.php)'],
    ['Facebook', 'Facebot/1.0'],
    ['WhatsApp', 'WhatsApp/2.24.20.89 A'],
    ['WhatsApp', 'WhatsApp/2.2413.1 W'],
    ['Signal', 'WhatsApp'],
    [
      'iMessage',
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0',
    ],
    ['Slack', 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)'],
    ['Slack', 'Slackbot 1.0 (+https://api.slack.com/robots)'],
    ['Slack', 'Slack-ImgProxy (+https://api.slack.com/robots)'],
    ['Discord', 'Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)'],
    ['Telegram', 'TelegramBot (like TwitterBot)'],
    ['LinkedIn', 'LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)'],
    ['Teams', 'Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com'],
    ['Teams', 'Mozilla/5.0 (compatible; MicrosoftPreview/2.0; +https://aka.ms/MicrosoftPreview)'],
    ['Pinterest', 'Mozilla/5.0 (compatible; Pinterestbot/1.0; +http://www.pinterest.com/bot.html)'],
    ['Pinterest', 'Pinterest/0.2 (+http://www.pinterest.com/bot.html)'],
    ['Reddit', 'Mozilla/5.0 (compatible; redditbot/1.0; +http://www.reddit.com/feedback)'],
    ['Viber', 'Viber'],
    ['Line', 'facebookexternalhit/1.1;line-poker/1.0'],
    ['Snapchat', 'Snap URL Preview Service; bot; snapchat; https://developers.snap.com/robots'],
    ['Mastodon', 'Mastodon/4.4.1 (http.rb/5.3.1; +https://mastodon.example/)'],
    ['Bluesky', 'Mozilla/5.0 (compatible; Bluesky Cardyb/1.1; +mailto:support@bsky.app)'],
    ['Google Chat', 'Mozilla/5.0 (X11; Linux x86_64) Google (+https://developers.google.com/+/web/snippet/)'],
    ['Mattermost', 'Mattermost-Bot/1.1'],
    ['Matrix', 'Synapse (bot; +https://github.com/matrix-org/synapse)'],
    ['Embedly', 'Mozilla/5.0 (compatible; Embedly/0.2; +http://support.embed.ly/)'],
    ['Iframely', 'Iframely/1.3.1 (+https://iframely.com/docs/about)'],
  ])('are drawn by %s: %s', (_, agent) => {
    expect(judgeVisitor('GET', '', agent)).toEqual({ kind: 'preview', device: 'bot', drawsCard: true });
  });

  it('are drawn of what X asks for by several HEADs and one GET, none of which is a person', () => {
    const asked = ['HEAD', 'HEAD', 'HEAD', 'GET'].map((method) => judgeVisitor(method, '', 'Twitterbot/1.0'));
    expect(asked.map(({ kind }) => kind)).toEqual(['head', 'head', 'head', 'preview']);
    expect(asked.map(({ drawsCard }) => drawsCard)).toEqual([true, true, true, true]);
  });
});

describe('bots', () => {
  it.each([
    null,
    '',
    '   ',
    'curl/8.5.0',
    'python-requests/2.32.3',
    'Go-http-client/2.0',
    'okhttp/4.12.0',
    'node',
    'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    'Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)',
    'Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/534+ (KHTML, like Gecko) BingPreview/1.0b',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/141.0.0.0 Safari/537.36',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/117.0.0.0 Safari/537.36 GTmetrix',
  ])('are recognised: %s', (agent) => {
    expect(judgeVisitor('GET', '', agent)).toEqual({ kind: 'bot', device: 'bot', drawsCard: false });
  });

  it.each([
    'Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17928; Pro)',
    'Mozilla/4.0 (compatible; ms-office; MSOffice 16)',
    'Microsoft Office Existence Discovery',
    'YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html',
    'FastmailUA/1.0',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 Barracuda Sentinel (EE)',
  ])('open mail before its reader does: %s', (agent) => {
    expect(judgeVisitor('GET', '', agent)).toEqual({ kind: 'bot', device: 'bot', drawsCard: false });
  });

  it('cannot make the judgement slow by a long agent', () => {
    const start = performance.now();
    for (const unit of ['a', ' ', '(', 'bot', '/1.', 'android ', '\\', '\u0000', 'http ']) {
      judgeVisitor('GET', '', unit.repeat(200_000));
    }
    expect(performance.now() - start).toBeLessThan(500);
  });
});

describe('requests that nobody made by hand', () => {
  it.each(['prefetch', 'prefetch;prerender', 'prefetch;anonymous-client-ip', 'PREFETCH', 'prerender', 'preview'])(
    'are prefetches when the browser says %s',
    (purpose) => {
      expect(judgeVisitor('GET', ` ${purpose}  `, CHROME)).toMatchObject({ kind: 'prefetch', device: 'desktop' });
    },
  );

  it('are of their own kind when they ask for the head alone', () => {
    expect(judgeVisitor('HEAD', '', SAFARI)).toMatchObject({ kind: 'head', device: 'mobile' });
    expect(judgeVisitor('HEAD', '', 'Twitterbot/1.0')).toMatchObject({ kind: 'head', device: 'bot' });
  });
});
