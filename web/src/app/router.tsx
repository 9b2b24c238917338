import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { isSignedOut } from '../data/http.ts';
import { meQuery } from '../data/me.ts';
import { readAccountSearch } from '../features/account/search.ts';
import { isOwnPath } from '../lib/own-path.ts';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { Frame } from './frame.tsx';
import { NotFound } from './not-found.tsx';

interface Context {
  readonly queries: QueryClient;
}

const rootRoute = createRootRouteWithContext<Context>()({ component: Outlet, notFoundComponent: NotFound });

/** `/`: the workspace that was open last, or the only one. */
const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: async ({ context }) => {
    const me = await signedIn(context.queries);
    const last = localStorage.getItem('rapport.workspace');
    const slugs = me.memberships.map(({ workspace }) => workspace.slug);
    const open = slugs.find((slug) => slug === last) ?? slugs.find((slug) => slug === me.current) ?? slugs[0];
    if (open === undefined) throw redirect({ to: '/no-workspace' });
    throw redirect({ to: '/w/$workspace/today', params: { workspace: open } });
  },
});

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { to?: string; problem?: string } => ({
    ...(isOwnPath(search['to']) ? { to: search['to'] } : {}),
    ...(typeof search['problem'] === 'string' ? { problem: search['problem'] } : {}),
  }),
  component: lazyRouteComponent(() => import('../features/sign-in/sign-in.tsx'), 'SignIn'),
});

const welcomeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/welcome',
  component: lazyRouteComponent(() => import('../features/sign-in/welcome.tsx'), 'Welcome'),
});

const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitation',
  component: lazyRouteComponent(() => import('../features/sign-in/invitation.tsx'), 'Invitation'),
});

const forgottenRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/forgotten',
  component: lazyRouteComponent(() => import('../features/sign-in/forgotten.tsx'), 'Forgotten'),
});

const newPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reset',
  component: lazyRouteComponent(() => import('../features/sign-in/new-password.tsx'), 'NewPassword'),
});

const noWorkspaceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/no-workspace',
  component: () => <Empty title="You are in no workspace yet">Somebody who administers one can invite you.</Empty>,
});

const workspaceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/w/$workspace',
  loader: async ({ context, params, location }) => {
    const me = await signedIn(context.queries, location.href);
    localStorage.setItem('rapport.workspace', params.workspace);
    return me;
  },
  component: Frame,
});

const todayRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: '/today',
  validateSearch: (search: Record<string, unknown>): { owner?: string; view?: 'team' } => ({
    ...(typeof search['owner'] === 'string' ? { owner: search['owner'] } : {}),
    ...(search['view'] === 'team' ? { view: 'team' as const } : {}),
  }),
  component: lazyRouteComponent(() => import('../features/today/today.tsx'), 'TodayPage'),
});

const portfolioRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: '/portfolio',
  validateSearch: (search: Record<string, unknown>) => search as PortfolioSearch,
  component: lazyRouteComponent(() => import('../features/portfolio/portfolio.tsx'), 'Portfolio'),
});

const accountRoute = createRoute({
  getParentRoute: () => workspaceRoute,
  path: '/accounts/$account',
  validateSearch: readAccountSearch,
  component: lazyRouteComponent(() => import('../features/account/account.tsx'), 'AccountPage'),
});

/** What the list of accounts shows; kept in the address. */
export interface PortfolioSearch {
  readonly q?: string;
  readonly band?: string;
  readonly segment?: string;
  readonly sort?: string;
  readonly order?: 'asc' | 'desc';
}

const tree = rootRoute.addChildren([
  homeRoute,
  signInRoute,
  welcomeRoute,
  invitationRoute,
  forgottenRoute,
  newPasswordRoute,
  noWorkspaceRoute,
  workspaceRoute.addChildren([todayRoute, portfolioRoute, accountRoute]),
]);

/** Every page by its address. */
export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queries },
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultPendingComponent: Loading,
    defaultErrorComponent: ({ error, reset }) => <Failed error={error} retry={reset} />,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}

async function signedIn(queries: QueryClient, to?: string) {
  try {
    return await queries.ensureQueryData(meQuery);
  } catch (error) {
    if (!isSignedOut(error)) throw error;
    throw redirect({ to: '/sign-in', search: to === undefined || to === '/' ? {} : { to } });
  }
}
