using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using NGpt.Core.Generation;
using NGpt.Server.Tests.Page;

namespace NGpt.Server.Tests;

/// <summary>Clients that others wrote, as they are installed by npm, against a server.</summary>
public sealed class ClientTests(PageBrowser browser) : IClassFixture<PageBrowser>
{
    private static readonly string Folder = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "clients"));

    [Theory]
    [InlineData("openai.mjs")]
    [InlineData("ai.mjs")]
    public async Task A_client_in_Node_gets_what_it_expects(string script)
    {
        SkipWithoutClients();
        await using TestServer server = await StartAsync(new ServerOptions());
        ProcessStartInfo start = new("node", [script, new Uri(server.Server.Address, "v1").AbsoluteUri])
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process node = Process.Start(start)!;
        Task<string> output = node.StandardOutput.ReadToEndAsync(TestServer.Stop);
        string error = await node.StandardError.ReadToEndAsync(TestServer.Stop);
        await node.WaitForExitAsync(TestServer.Stop);
        Assert.True((await output).TrimEnd() == "passed" && node.ExitCode == 0, $"{await output}{error}");
    }

    [Fact]
    public async Task OpenAI_s_package_works_in_a_page_of_an_allowed_origin()
    {
        SkipWithoutClients();
        await using WebApplication pages = Pages();
        await pages.StartAsync(TestServer.Stop);

        // A name that is not this machine's by itself, so that only the option allows the page.
        string origin = pages.Urls.Single().Replace("127.0.0.1", "pages.localhost", StringComparison.Ordinal);
        await using TestServer server = await StartAsync(new ServerOptions { AllowedOrigins = [origin] });
        OpenPage open = await browser.OpenAsync(new Uri($"{origin}/browser.html?server={new Uri(server.Server.Address, "v1").AbsoluteUri}"));
        await open.UntilAsync("document.getElementById('result').textContent !== ''");
        Assert.Equal("passed", await open.TextAsync("#result"));
    }

    private static Task<TestServer> StartAsync(ServerOptions options) =>
        TestServer.StartAsync(options with { ApiKey = "key", ChatTemplate = ChatTemplate.Plain }, new FakeContext(contextLength: 256));

    private static void SkipWithoutClients() => Assert.SkipUnless(
        Directory.Exists(Path.Combine(Folder, "node_modules", "openai")) && IsInPath("node"),
        "Node and the clients are not installed: npm ci --prefix tests/clients --ignore-scripts");

    private static bool IsInPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, program)) || File.Exists(Path.Combine(folder, program + ".exe")));

    private static WebApplication Pages()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        WebApplication pages = builder.Build();
        FileExtensionContentTypeProvider types = new();
        types.Mappings[".mjs"] = "text/javascript";
        pages.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(Folder), ContentTypeProvider = types });
        return pages;
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
