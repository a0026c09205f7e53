using System.Net;
using NGpt.Server.Page;

namespace NGpt.Server.Tests.Page;

public sealed class PageFilesTests
{
    [Fact]
    public async Task Files_have_their_content_types_and_security_headers()
    {
        await using TestServer server = await TestServer.StartAsync();
        Assert.Equal(
            ["/", "/chat.js", "/clipboard.js", "/details.js", "/examples.js", "/figures.js", "/generation.js", "/icon.svg", "/inspector.js", "/output.js", "/page.css", "/page.js", "/path.js", "/server.js", "/settings.js", "/stored.js", "/switch.js", "/text.js", "/words.js"],
            PageFile.All.Select(file => file.Path).Order(StringComparer.Ordinal));
        foreach (PageFile file in PageFile.All)
        {
            using HttpResponseMessage answer = await server.Client.GetAsync(file.Path, TestServer.Stop);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(file.Content, await answer.Content.ReadAsByteArrayAsync(TestServer.Stop));
            Assert.Equal(file.ContentType, answer.Content.Headers.ContentType!.ToString());
            Assert.True(answer.Headers.CacheControl!.NoCache);
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal(PageEndpoints.ContentSecurityPolicy, answer.Headers.GetValues("Content-Security-Policy").Single());
        }
    }

    [Fact]
    public async Task A_cached_file_is_not_sent_again()
    {
        await using TestServer server = await TestServer.StartAsync();
        Assert.Equal(PageFile.All.Count, PageFile.All.Select(file => file.Tag.Tag.ToString()).Distinct().Count());
        foreach ((string known, HttpStatusCode status) in new[] { ("{0}", HttpStatusCode.NotModified), ("\"other\", W/{0}", HttpStatusCode.NotModified), ("*", HttpStatusCode.NotModified), ("\"other\"", HttpStatusCode.OK) })
        {
            using HttpRequestMessage request = new(HttpMethod.Get, "/page.js");
            request.Headers.TryAddWithoutValidation("If-None-Match", string.Format(null, known, PageFile.All.Single(file => file.Path == "/page.js").Tag));
            using HttpResponseMessage answer = await server.Client.SendAsync(request, TestServer.Stop);
            Assert.Equal(status, answer.StatusCode);
            Assert.NotNull(answer.Headers.ETag);
            Assert.Equal(status == HttpStatusCode.OK, (await answer.Content.ReadAsByteArrayAsync(TestServer.Stop)).Length > 0);
        }
    }

    [Fact]
    public async Task The_page_requires_no_key_and_answers_HEAD()
    {
        await using TestServer server = await TestServer.StartAsync(new ServerOptions { ApiKey = "secret" });
        using HttpRequestMessage request = new(HttpMethod.Head, "/");
        using HttpResponseMessage answer = await server.Client.SendAsync(request, TestServer.Stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(PageFile.All.Single(file => file.Path == "/").Content.Length, answer.Content.Headers.ContentLength);
        using HttpResponseMessage closed = await server.Client.GetAsync("/props", TestServer.Stop);
        Assert.Equal(HttpStatusCode.Unauthorized, closed.StatusCode);
    }

    [Fact]
    public void Files_reference_no_other_origin()
    {
        foreach (PageFile file in PageFile.All)
        {
            string text = System.Text.Encoding.UTF8.GetString(file.Content).Replace("http://www.w3.org/2000/svg", string.Empty, StringComparison.Ordinal);
            Assert.DoesNotContain("://", text, StringComparison.Ordinal);
            Assert.DoesNotContain("innerHTML", text, StringComparison.Ordinal);
        }
    }
}
