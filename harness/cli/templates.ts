/** What `init` writes: a scenario that teaches itself, and a workflow that runs it. */

export const firstScenario = `# A first scenario. Run it:          twinstorm run scenarios/first.yaml
# See what it will do, without running: twinstorm plan scenarios/first.yaml
# Editors with a YAML language server complete keys from: twinstorm schema > scenario.schema.json
twinstorm: 1
name: first
about: Forty fridges lose their uplink for six seconds; nothing they measured may be lost.
seed: 42                       # same seed, same run: print it in a bug report and anybody can repeat it

time:                          # phases, one after the other
  warmup: 4s                   # devices boot and connect
  steady: 6s                   # the normal state; if it never comes, the run is invalid
  chaos: 16s                   # faults may act only in here
  settle: 6s                   # healed; the fleet must recover

target: embedded               # the built-in platform. Or: process:mosquitto, or mqtt://localhost:1883

topology:
  regions:
    north: { sites: 2, network: lte-m }
    south: { sites: 2, network: wifi }

fleet:
  - id: fridges
    model: cold-chain-fridge   # twinstorm list devices
    count: 10
    per: site                  # 10 × 4 sites = 40 devices
    every: 1s
    qos: 1
    session: persistent
    keep-alive: 2s             # a link that fell silent is given up after this, and dialled again
    will: true

chaos:
  - id: north-dark
    at: chaos+3s
    for: 6s
    fault: partition           # twinstorm list faults
    where: { region: north }

expect:                        # twinstorm list checkers
  - no-acked-loss
  - in-order
  - { latency: { p99: 2s, during: steady } }
  - { recovered: { share: 99%, within: 10s, after: north-dark } }

report: [html, junit, summary]
`;

export const CI_WORKFLOW = `# Runs every scenario of the repository; the exit code is the verdict.
name: twinstorm
on: [push, pull_request]
jobs:
  scenarios:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: { node-version: 24 }
      - run: npm ci            # with twinstorm among the devDependencies of your package.json
      - run: npx twinstorm run scenarios --out twinstorm-out
      - uses: actions/upload-artifact@v4
        if: always()
        with: { name: twinstorm, path: twinstorm-out }
`;
