/** @type {import('next').NextConfig} */
const config = {
  typedRoutes: true,
  poweredByHeader: false,
  // Their files are read at run time (SQL, native parts, workers), so they stay outside the bundles.
  serverExternalPackages: ['pg', 'graphile-worker', 'pino', '@google/genai'],
};

export default config;
