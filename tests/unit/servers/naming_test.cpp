// SPDX-License-Identifier: Apache-2.0
#include "servers/naming.h"

#include <sstream>

#include "support.h"

namespace vedette::servers {
namespace {

// "" is no server.
std::string name_of(const Words& args, const std::string& executable = "") {
  return server_name(launch_of(process(args, executable), *delivered()), *delivered()).value_or("");
}

Words split(const std::string& line) {
  std::istringstream input(line);
  return {std::istream_iterator<std::string>(input), {}};
}

struct Case {
  const char* command;
  const char* name;
};

TEST(ServerName, IsReadFromTheCommandLine) {
  const Case cases[] = {
      {"npx @modelcontextprotocol/server-everything", "everything"},
      {"npx -y @modelcontextprotocol/server-filesystem /tmp", "filesystem"},
      {"npx --yes @modelcontextprotocol/server-filesystem@1.2.3 /tmp", "filesystem"},
      {"npx -y -- mcp-server-foo", "foo"},
      {"npx -p mcp-server-foo foo-bin", "foo"},
      {"npx --package=mcp-server-foo foo-bin", "foo"},
      {"npx --package=mcp-server-foo -c foo-bin", "foo"},
      {"npx -y @playwright/mcp@latest --headless", "playwright"},
      {"npx -y @sentry/mcp-server", "sentry"},
      {"npx -y firecrawl-mcp", "firecrawl"},
      {"npx -y mcp-remote https://mcp.linear.app/sse", "mcp-remote"},
      {"npx -y github:owner/mcp-server-foo#main", "foo"},
      {"npx -y ./packages/mcp-server-foo", "foo"},
      {"/usr/bin/npx -y @upstash/context7-mcp", "context7"},
      {"node /usr/bin/npx -y @modelcontextprotocol/server-everything", "everything"},
      {"node /usr/lib/node_modules/npm/bin/npx-cli.js -y mcp-server-foo", "foo"},
      {"/usr/bin/env npx -y @modelcontextprotocol/server-memory", "memory"},
      {"/usr/bin/env -u X GITHUB_TOKEN=[redacted] npx -y mcp-server-foo", "foo"},
      {"/usr/bin/env node /usr/bin/npx -y mcp-server-foo", "foo"},
      {"npm exec @modelcontextprotocol/server-everything", "everything"},
      {"npm exec -y -- @modelcontextprotocol/server-everything", "everything"},
      {"npm --silent x mcp-server-foo", "foo"},
      {"node /usr/bin/npm exec mcp-server-foo", "foo"},
      {"bunx @modelcontextprotocol/server-everything", "everything"},
      {"bun x mcp-server-foo", "foo"},
      {"bun run /srv/mcp-server-foo/src/index.ts", "foo"},
      {"pnpm dlx mcp-server-foo", "foo"},
      {"yarn dlx mcp-server-foo", "foo"},
      {"uvx mcp-server-git --repository /r", "git"},
      {"uvx mcp-server-git@latest", "git"},
      {"uvx mcp_server_git==1.0", "git"},
      {"uvx --python 3.12 --with httpx mcp-server-fetch", "fetch"},
      {"uvx --from mcp-server-time==2 time-bin", "time"},
      {"uvx --from git+https://github.com/o/mcp-server-foo@main foo", "foo"},
      {"uv tool uvx mcp-server-git", "git"},
      {"uv tool run mcp-server-git", "git"},
      {"uv --directory /srv run mcp-server-git", "git"},
      {"uv run --directory /srv -- python -m mcp_server_git", "git"},
      {"uv run --with mcp[cli] mcp run server.py", "mcp"},
      {"uv run /srv/mcp-server-foo.py", "foo"},
      {"pipx run mcp-server-git", "git"},
      {"python -m mcp_server_git", "git"},
      {"python3.11 -u -X dev -m mcp_server_git.server --x", "git"},
      {"python3 -um mcp_server_git", "git"},
      {"/h/.cache/uv/archive-v0/a/bin/python /h/.cache/uv/archive-v0/a/bin/mcp-server-git", "git"},
      {"python /srv/github-mcp-server/server.py", "github"},
      {"node /h/.npm/_npx/1/node_modules/.bin/mcp-server-everything", "everything"},
      {"node /a/node_modules/@modelcontextprotocol/server-everything/dist/index.js stdio", "everything"},
      {"node --require /x.js /srv/mcp-server-foo/dist/index.js", "foo"},
      {"node /srv/mcp-server-foo/build/src/main.js", "foo"},
      {"node /srv/mcp-server-foo.mjs", "foo"},
      {"/bin/sh /a/node_modules/.bin/mcp-server-foo", "foo"},
      {"node /a/node_modules/.bin/tsx /srv/mcp-server-foo/src/index.ts", "foo"},
      {"deno run -A npm:@modelcontextprotocol/server-everything@1", "everything"},
      {"deno run --allow-net /srv/mcp-server-foo/main.ts", "foo"},
      {"java -Xmx1g -jar /opt/foo-mcp-server.jar", "foo"},
      {"docker run -i --rm mcp/filesystem /data", "filesystem"},
      {"docker run -it -e A=b -eC --mount type=bind,src=/a,dst=/b -v /a:/b ghcr.io/github/github-mcp-server:latest",
       "github"},
      {"docker --context c run --name x --network=none docker.io/mcp/git@sha256:00", "git"},
      {"podman run -i --rm registry.local:5000/team/mcp-server-foo:2", "foo"},
      {"docker mcp gateway run", "docker-mcp-gateway"},
      {"mcp-server-foo", "foo"},
      {"/usr/bin/github-mcp-server stdio", "github"},
      {"claude mcp serve", "claude-code"},
      {"codex mcp-server", "codex"},
  };
  for (const auto& [command, name] : cases) {
    EXPECT_EQ(name_of(split(command)), name) << command;
  }
}

TEST(ServerName, IsNotFoundInOtherCommands) {
  for (const char* command : {
           "grep mcp-server",
           "vim mcp-server.md",
           "less /srv/mcp-server-foo/dist/index.js",
           "git clone https://github.com/o/mcp-server-x",
           "npm install @modelcontextprotocol/server-x",
           "npm i -g mcp-server-foo",
           "npm run mcp-server-foo",
           "node /usr/bin/npm install @modelcontextprotocol/server-x",
           "npm view @modelcontextprotocol/server-x exec",
           "pip install mcp-server-git",
           "python -m pip install mcp-server-git",
           "python -m pytest tests/mcp_server_git",
           "uv pip install mcp-server-git",
           "uv tool install mcp-server-git",
           "uv add mcp-server-git",
           "uvx ruff check mcp-server-git",
           "uvx --with mcp-server-git ruff",
           "npx tsc -p mcp-server-foo",
           "npx -y prettier mcp-server-foo",
           "npx -y @modelcontextprotocol/inspector npx -y @modelcontextprotocol/server-everything",
           "npx create-mcp-server",
           "npx @modelcontextprotocol/create-server x",
           "npx -c mcp-server-foo",
           "npx",
           "npx -y",
           "node",
           "node -e mcp-server-foo",
           "node -pe mcp-server-foo",
           "python -c mcp_server_git",
           "python -m",
           "sh -c mcp-server-everything",
           "sh -lc mcp-server-everything",
           "node /srv/mcp-server-foo/node_modules/.bin/tsc",
           "node /srv/mcp-server-foo/scripts/release.js",
           "docker build -t mcp/foo .",
           "docker pull mcp/filesystem",
           "docker run -it --name mcp-server-foo alpine mcp/filesystem",
           "docker run -v mcp/filesystem",
           "docker ps",
           "docker",
           "deno install npm:@modelcontextprotocol/server-x",
           "bun add mcp-server-foo",
           "cat /proc/2/environ",
           "systemctl status mcp-server-foo",
           "env",
           "env -u",
           "env env env env env env npx -y mcp-server-foo",
           "uv run uv run uv run uv run uv run uv run mcp-server-foo",
           "npm",
           "claude",
           "claude mcp list",
           "curl https://example.com/mcp-server-foo",
       }) {
    EXPECT_EQ(name_of(split(command)), "") << command;
  }
}

TEST(ServerName, IsNotFoundInAShellsText) {
  EXPECT_EQ(name_of({"bash", "-c", "npx -y @modelcontextprotocol/server-everything"}), "");
  EXPECT_EQ(name_of({"sh", "-c", "'mcp-server-everything' /tmp"}), "");
  EXPECT_EQ(name_of({"npm exec mcp-server-foo"}, "/usr/bin/bash"), "");
}

TEST(ServerName, OutlivesWhatProgramsDoToTheirArguments) {
  EXPECT_EQ(name_of({"npm exec @modelcontextprotocol/server-everything", "", ""}, "/usr/bin/node"), "everything");
  EXPECT_EQ(name_of({"npm install @modelcontextprotocol/server-everything"}, "/usr/bin/node"), "");
  EXPECT_EQ(name_of({}, "/opt/mcp-server-foo"), "foo");
  EXPECT_EQ(name_of({"x"}, "/opt/mcp-server-foo"), "foo");
  EXPECT_EQ(name_of({"x", "/a/node_modules/.bin/mcp-server-foo"}, "/usr/bin/node"), "foo");
  EXPECT_EQ(name_of({}), "");
  EXPECT_EQ(name_of({"", "", ""}), "");
}

TEST(ServerName, BearsHostileArguments) {
  for (const auto& word :
       {std::string(), std::string("-"), std::string("--"), std::string("/"), std::string("//"), std::string("@"),
        std::string("@/"), std::string("node_modules/"), std::string("\xff\0x", 3), std::string("../../index.js"),
        std::string("index.js"), std::string(":@/"), std::string(100'000, 'a'), std::string(100'000, '/')}) {
    for (const char* program : {"npx", "node", "uvx", "docker", "python", "env", "uv", "java", "deno"}) {
      EXPECT_EQ(name_of({program, word}), "");
      EXPECT_EQ(name_of({program, "run", word, word}), "");
      EXPECT_EQ(name_of({program, "-m", word}), "");
    }
    EXPECT_EQ(name_of({word}), "");
  }
  EXPECT_EQ(name_of(Words(50'000, "env")), "");
}

TEST(ShortName, DropsWhatAllServersShare) {
  EXPECT_EQ(short_name("server-everything"), "everything");
  EXPECT_EQ(short_name("@modelcontextprotocol/server-filesystem"), "filesystem");
  EXPECT_EQ(short_name("mcp-server-git"), "git");
  EXPECT_EQ(short_name("github-mcp-server"), "github");
  EXPECT_EQ(short_name("mcp_server_git"), "git");
  EXPECT_EQ(short_name("ghcr.io/a/foo-mcp"), "foo");
  EXPECT_EQ(short_name("@playwright/mcp"), "playwright");
  EXPECT_EQ(short_name("mcp/git"), "git");
  EXPECT_EQ(short_name("mcp"), "mcp");
  EXPECT_EQ(short_name(""), "");
}

TEST(PackageNames, LoseTheirVersion) {
  EXPECT_EQ(npm_name("@a/b@1.0"), "@a/b");
  EXPECT_EQ(npm_name("b@latest"), "b");
  EXPECT_EQ(npm_name("git+https://h/o/b.git#main"), "b");
  EXPECT_EQ(npm_name("https://h/b.tgz"), "b");
  EXPECT_EQ(python_name("A_b[x]>=1"), "a-b");
  EXPECT_EQ(python_name("a @ git+https://h/o/b"), "a");
  EXPECT_EQ(image_name("localhost:5000/a/b:1@sha256:0"), "localhost:5000/a/b");
  EXPECT_EQ(image_name("docker.io/library/b"), "b");
}

std::string client_of(const Words& args, const std::string& executable = "") {
  auto p = process(args, executable);
  return client_name(launch_of(p, *delivered()), p.executable, *delivered());
}

TEST(ClientName, IsReadFromTheCommandLine) {
  EXPECT_EQ(client_of({"claude"}, "/usr/bin/node"), "claude-code");
  EXPECT_EQ(client_of({"claude", "--resume"}, "/usr/bin/node"), "claude-code");
  EXPECT_EQ(client_of({"node", "/usr/bin/claude", "--resume"}), "claude-code");
  EXPECT_EQ(client_of({"node", "/a/node_modules/@anthropic-ai/claude-code/cli.js"}), "claude-code");
  EXPECT_EQ(client_of({"npx", "-y", "@anthropic-ai/claude-code@2"}), "claude-code");
  EXPECT_EQ(client_of({"/h/.local/share/claude/versions/2.0.1"}), "claude-code");
  EXPECT_EQ(client_of({"/usr/lib/claude-desktop/electron", "/usr/lib/claude-desktop/app.asar"}), "claude-desktop");
  EXPECT_EQ(client_of({"/usr/share/cursor/cursor", "--type=utility"}), "cursor");
  EXPECT_EQ(client_of({"/usr/share/code/code", "--type=utility"}), "vscode");
  EXPECT_EQ(client_of({"/h/.vscode-server/cli/servers/S/server/node", "/h/x/bootstrap-fork"}), "vscode");
  EXPECT_EQ(client_of({"windsurf"}), "windsurf");
  EXPECT_EQ(client_of({"/usr/libexec/zed-editor"}), "zed");
  EXPECT_EQ(client_of({"codex"}), "codex");
  EXPECT_EQ(client_of({"node", "/usr/bin/gemini"}), "gemini");
  EXPECT_EQ(client_of({"goose", "session"}), "goose");
  EXPECT_EQ(client_of({"npx", "@modelcontextprotocol/inspector", "--cli", "x"}), "mcp-inspector");
  EXPECT_EQ(client_of({"node", "/h/node_modules/.bin/mcp-inspector", "--cli"}), "mcp-inspector");
  EXPECT_EQ(client_of({"grep", "claude"}), "");
  EXPECT_EQ(client_of({"bash", "-c", "claude"}), "");
  EXPECT_EQ(client_of({}), "");
}

}  // namespace
}  // namespace vedette::servers
