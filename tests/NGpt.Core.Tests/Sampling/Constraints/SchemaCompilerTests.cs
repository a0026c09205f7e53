using NGpt.Core.Sampling.Constraints;

namespace NGpt.Core.Tests.Sampling.Constraints;

public sealed class SchemaCompilerTests
{
    [Theory]
    [InlineData("""{"type":"number","minimum":1,"maximum":5}""", "$.minimum is supported for the type integer only", "$.maximum is supported for the type integer only")]
    [InlineData("""{"type":["integer","number"],"minimum":1}""", "$.minimum is supported for the type integer only")]
    [InlineData("""{"type":"integer","minimum":5,"exclusiveMaximum":5}""", "$.minimum leaves no integer")]
    [InlineData("""{"type":"integer","minimum":0.2,"maximum":0.8}""", "$.minimum leaves no integer")]
    [InlineData("""{"type":"integer","minimum":"1"}""", "$.minimum must be a finite number")]
    [InlineData("""{"type":"string","pattern":"a+","format":"date"}""", "$.pattern is not supported", "$.format is not supported")]
    [InlineData("""{"properties":{"a":{"items":{"multipleOf":2}}}}""", "$.properties.a.items.multipleOf is not supported")]
    [InlineData("""{"type":"object","patternProperties":{},"minProperties":1}""", "$.patternProperties is not supported", "$.minProperties is not supported")]
    [InlineData("""{"type":"array","uniqueItems":true,"prefixItems":[]}""", "$.uniqueItems is not supported", "$.prefixItems is not supported")]
    [InlineData("""{"not":{}}""", "$.not is not supported")]
    [InlineData("""{"if":{},"then":{}}""", "$.if is not supported", "$.then is not supported")]
    [InlineData("""{"allOf":[{},{}]}""", "$.allOf is supported with one schema only")]
    [InlineData("""{"anyOf":[{"type":"string"}],"minLength":2}""", "$.minLength is not supported beside anyOf")]
    [InlineData("""{"anyOf":[{"type":"str"}]}""", "$.anyOf[0].type must be one or a list of")]
    [InlineData("""{"$ref":"#/$defs/a","type":"string","$defs":{"a":{}}}""", "$.type is not supported beside $ref")]
    [InlineData("""{"$ref":"#/$defs/b","$defs":{"a":{}}}""", "$.$ref is #/$defs/b, which the schema does not define")]
    [InlineData("""{"$ref":"https://example.org/x"}""", "$.$ref is https://example.org/x: only # and #/$defs/NAME are supported")]
    [InlineData("""{"$ref":"#/$defs/a","$defs":{"a":{"format":"x"}}}""", "$.$defs.a.format is not supported")]
    [InlineData("""{"$ref":"#"}""", "$ allows no value")]
    [InlineData("""{"properties":{"a":{"$ref":"#"}},"required":["a"]}""", "$ allows no value")]
    [InlineData("""{"type":"array","items":{"$ref":"#"},"minItems":1}""", "$ allows no value")]
    [InlineData("""{"type":"string","maxLength":1,"minLength":2}""", "$.minLength is above maxLength")]
    [InlineData("""{"type":"string","maxLength":-1}""", "$.maxLength must be an integer from 0")]
    [InlineData("""{"type":"array","items":false}""", "$.items is false, which allows no value")]
    [InlineData("""{"type":"array","items":[{}]}""", "$.items must be an object or true")]
    [InlineData("""{"type":"string","items":{}}""", "$.items has no effect with this type")]
    [InlineData("""{"enum":[]}""", "$.enum must be a list of 1 to 1024 values")]
    [InlineData("""{"type":"string","enum":[1,2]}""", "$.enum has no value of the type")]
    [InlineData("""{"enum":[1],"const":1}""", "$.enum is not supported beside const")]
    [InlineData("""{"properties":{"a":{}},"required":["b"]}""", "$.required names b, which properties does not have")]
    [InlineData("""{"properties":[]}""", "$.properties must be an object")]
    [InlineData("""{"nullable":true}""", "$.nullable is not supported")]
    [InlineData("""{"const":"\ud800"}""", "$.const is not valid Unicode text")]
    [InlineData("""{"properties":{"\ud800":{}}}""", "$ has a name that is not valid Unicode text")]
    [InlineData("5", "$ must be an object or true")]
    [InlineData("false", "$ is false, which allows no value")]
    public void What_is_not_supported_is_refused_by_its_path(string schema, params string[] expected)
    {
        Assert.False(JsonGrammar.TryCompile(ConstrainedTexts.Parse(schema), out _, out IReadOnlyList<string> problems));
        Assert.Equal(expected.Length, problems.Count);
        Assert.All(expected, problem => Assert.Contains(problems, found => found.StartsWith(problem, StringComparison.Ordinal)));
    }

    [Fact]
    public void Annotations_are_accepted() => ConstrainedTexts.Compile(
        """{"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"x","title":"T","description":"D","default":1,"examples":[1],"$comment":"C","type":"integer"}""");

    [Fact]
    public void Names_of_definitions_are_decoded() => ConstrainedTexts.Compile("""{"$ref":"#/$defs/a~1b%20c","$defs":{"a/b c":{"type":"null"}}}""");

    public static TheoryData<string, string> LargeSchemas => new()
    {
        { $$"""{"anyOf":[{{string.Join(',', Enumerable.Repeat("{}", 5000))}}]}""", "is too large" },
        { $$"""{"enum":[{{string.Join(',', Enumerable.Repeat("1", 1025))}}]}""", "1 to 1024 values" },
        { $$"""{"enum":["{{new string('x', 70_000)}}"]}""", "longer than 65536 bytes" },
        { $$"""{"$ref":"#/$defs/0","$defs":{ {{string.Join(',', Enumerable.Range(0, 5000).Select(i => $"\"{i}\":{{\"$ref\":\"#/$defs/{i + 1}\"}}"))}}, "5000":{} } }""", "is too large" },
        { $$"""{"$ref":"#/$defs/0","$defs":{ {{string.Join(',', Enumerable.Range(0, 1000).Select(i => $"\"{i}\":{{\"anyOf\":[{{\"$ref\":\"#/$defs/{i + 1}\"}},{{\"type\":\"string\"}}]}}"))}}, "1000":{} } }""", "alternatives" },
        { $$"""{"properties":{ {{string.Join(',', Enumerable.Range(0, 100).Select(i => $"\"{i}\":{{\"format\":\"x\"}}"))}} } }""", "68 more problems" },
    };

    [Theory]
    [MemberData(nameof(LargeSchemas))]
    public void Large_schemas_are_refused(string schema, string expected)
    {
        Assert.False(JsonGrammar.TryCompile(ConstrainedTexts.Parse(schema), out _, out IReadOnlyList<string> problems));
        Assert.Contains(expected, string.Join("; ", problems), StringComparison.Ordinal);
        Assert.InRange(problems.Sum(problem => problem.Length), 1, 20_000);
    }
}
