/** @type {import('next').NextConfig} */
const config = {
  typedRoutes: true,
  poweredByHeader: false,
  // `npm test` checks the types of everything; a start must not wait for that, nor fail over a test's types.
  typescript: { ignoreBuildErrors: true },
  // Their files are read at run time (SQL, native parts, workers), so they stay outside the bundles.
  serverExternalPackages: ['pg', 'graphile-worker', 'pino', '@google/genai', '@slack/bolt', '@slack/web-api'],
};

export default config;
