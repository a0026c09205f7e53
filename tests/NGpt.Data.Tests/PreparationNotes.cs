using NGpt.Data.Preparation;

namespace NGpt.Data.Tests;

/// <summary>Gathers the notes of a preparation.</summary>
internal sealed class PreparationNotes(List<string> notes) : IProgress<DatasetProgress>
{
    public void Report(DatasetProgress value)
    {
        if (value.Note is not null)
        {
            notes.Add(value.Note);
        }
    }
}
