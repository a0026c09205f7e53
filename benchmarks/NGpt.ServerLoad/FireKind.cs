namespace NGpt.ServerLoad;

/// <summary>How a client of the fire behaves.</summary>
internal enum FireKind
{
    Streams,
    Completes,
    ReadsByteByByte,
    Vanishes,
    VanishesWhileSending,
    SendsTooMuch,
    SendsDeepJson,
    SendsNoText,
    SendsWrongSettings,
    SendsUnknownTokens,
}
