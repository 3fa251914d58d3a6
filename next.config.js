/** @type {import('next').NextConfig} */
const config = {
  typedRoutes: true,
  poweredByHeader: false,
  serverExternalPackages: ['pg', 'graphile-worker', 'pino'],
};

export default config;
