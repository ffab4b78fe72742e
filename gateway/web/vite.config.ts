/// <reference types="vitest/config" />
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { VitePWA } from "vite-plugin-pwa";

const service = process.env.INNKEEPER_DEV_SERVICE ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [
    react(),
    VitePWA({
      // A desk is not reloaded under somebody's hands: the app asks first.
      registerType: "prompt",
      injectRegister: false,
      includeAssets: ["favicon.svg", "icons/apple-touch-icon.png"],
      manifest: {
        id: "/",
        name: "Innkeeper",
        short_name: "Innkeeper",
        description: "Every room ready at the minute its guest opens the door.",
        start_url: "/",
        display: "standalone",
        background_color: "#f6f5f2",
        theme_color: "#16243b",
        icons: [
          { src: "/icons/icon-192.png", sizes: "192x192", type: "image/png" },
          { src: "/icons/icon-512.png", sizes: "512x512", type: "image/png" },
          { src: "/icons/icon-maskable-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
          { src: "/favicon.svg", sizes: "any", type: "image/svg+xml" },
        ],
      },
      workbox: {
        globPatterns: ["**/*.{js,css,html,svg,png,webmanifest}"],
        navigateFallback: "/index.html",
        navigateFallbackDenylist: [/^\/api\//, /^\/(healthz|readyz|metrics)/],
        cleanupOutdatedCaches: true,
        importScripts: ["push.js"],
        // Loaded by the service worker itself.
        globIgnores: ["push.js"],
      },
    }),
  ],
  build: {
    outDir: "../http/static",
    emptyOutDir: true,
    target: "es2022",
    chunkSizeWarningLimit: 700,
  },
  server: {
    host: "127.0.0.1",
    proxy: { "/api": { target: service, changeOrigin: false } },
  },
  test: {
    include: ["src/**/*.test.ts"],
    environment: "node",
    // A limit for what hangs, no measure of speed: a busy machine is slow.
    testTimeout: 30_000,
    passWithNoTests: false,
  },
});
