using System.Reflection;

namespace NGpt.Cli.Display;

/// <summary>The version of this program.</summary>
public static class ProgramVersion
{
    /// <summary>The number, for example <c>0.1.0</c>.</summary>
    public static string Number { get; } =
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Name and number, for example <c>ngpt 0.1.0</c>.</summary>
    public static string Text { get; } = $"ngpt {Number}";
}
