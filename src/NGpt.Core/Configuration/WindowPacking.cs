namespace NGpt.Core.Configuration;

/// <summary>What the tokens of a window see of each other, where a window holds parts of several documents.</summary>
public enum WindowPacking
{
    /// <summary>All earlier tokens of the window, as if the data were one text.</summary>
    Stream,

    /// <summary>The earlier tokens of their own document only.</summary>
    Documents,
}
